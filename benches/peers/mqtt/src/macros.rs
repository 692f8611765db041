//! Field lists that two peers share because one descends from the other.

/// The properties of a PUBLISH in mqttbytes and in rumqttc.
#[macro_export]
macro_rules! visit_publish_properties {
    ($v:expr, $properties:expr) => {{
        let properties = $properties;
        if let Some(value) = properties.payload_format_indicator {
            $v.property(0x01, u32::from(value));
        }
        if let Some(value) = properties.message_expiry_interval {
            $v.property(0x02, value);
        }
        if let Some(value) = &properties.content_type {
            $v.property_bytes(0x03, value.as_bytes());
        }
        if let Some(value) = &properties.response_topic {
            $v.property_bytes(0x08, value.as_bytes());
        }
        if let Some(value) = &properties.correlation_data {
            $v.property_bytes(0x09, value);
        }
        for value in &properties.subscription_identifiers {
            $v.property(0x0b, *value as u32);
        }
        if let Some(value) = properties.topic_alias {
            $v.property(0x23, u32::from(value));
        }
        for (name, value) in &properties.user_properties {
            $v.user(name.as_bytes(), value.as_bytes());
        }
    }};
}

/// The properties of a PUBLISH in ntex-mqtt and in rmqtt-codec, which cannot tell an absent payload format indicator from one of 0.
#[macro_export]
macro_rules! visit_ntex_properties {
    ($v:expr, $properties:expr) => {{
        let properties = &$properties;
        if properties.is_utf8_payload {
            $v.property(0x01, 1);
        }
        if let Some(value) = properties.message_expiry_interval {
            $v.property(0x02, value.get());
        }
        if let Some(value) = &properties.content_type {
            $v.property_bytes(0x03, value.as_bytes());
        }
        if let Some(value) = &properties.response_topic {
            $v.property_bytes(0x08, value.as_bytes());
        }
        if let Some(value) = &properties.correlation_data {
            $v.property_bytes(0x09, value);
        }
        for value in &properties.subscription_ids {
            $v.property(0x0b, value.get());
        }
        if let Some(value) = properties.topic_alias {
            $v.property(0x23, u32::from(value.get()));
        }
        for (name, value) in &properties.user_properties {
            $v.user(name.as_bytes(), value.as_bytes());
        }
    }};
}

/// What takes part in decoding rows alone.
macro_rules! decodes_only {
    () => {
        type Packets = ();
        type Out = ();

        fn packets(_: Version, _: &'static [u8]) -> Self::Packets {}
        fn out(_: usize) -> Self::Out {}
        fn encode(_: Version, (): &mut Self::Packets, (): &mut Self::Out) {}
        fn bytes((): Self::Out) -> Vec<u8> {
            Vec::new()
        }
    };
}
pub(crate) use decodes_only;
