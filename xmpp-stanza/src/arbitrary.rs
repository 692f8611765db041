//! Values for fuzzers: any that the types admit (feature `arbitrary`).

use alloc::string::String;

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::{
    Body, Content, Header, Iq, IqType, Jid, Message, MessageType, Payloads, Presence, PresenceType, Priority, Show,
    Stanza, Status, Subject, Text, ToXml, Version, Writer,
};

/// Text of characters that XML allows.
fn text(u: &mut Unstructured<'_>) -> Result<String> {
    let text: &str = u.arbitrary()?;
    Ok(text.chars().filter(|&c| crate::chars::is_char(c.into())).take(200).collect())
}

fn some_text(u: &mut Unstructured<'_>) -> Result<Option<Text<'static>>> {
    Ok(Some(text(u)?).filter(|text| !text.is_empty()).map(Into::into))
}

impl<'a> Arbitrary<'a> for Jid<'static> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let (local, domain, resource) = (text(u)?, text(u)?, text(u)?);
        let local = Some(&*local).filter(|local| !local.is_empty());
        let resource = Some(&*resource).filter(|resource| !resource.is_empty());
        Self::from_parts(local, &domain, resource)
            .or_else(|_| Self::from_parts(None, "example.org", resource))
            .or_else(|_| Self::from_parts(None, "example.org", None))
            .map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Content {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u.choose(&[Self::Client, Self::Server, Self::Component]).copied()
    }
}

impl<'a> Arbitrary<'a> for Version {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self { major: u.arbitrary()?, minor: u.arbitrary()? })
    }
}

impl<'a> Arbitrary<'a> for Header<'static> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut header = Self::new(Content::Client);
        header.content = u.arbitrary()?;
        header.to = u.arbitrary()?;
        header.from = u.arbitrary()?;
        header.id = bool::arbitrary(u)?.then(|| text(u)).transpose()?.map(Into::into);
        header.version = u.arbitrary()?;
        header.lang = some_text(u)?;
        Ok(header)
    }
}

/// A payload of any shape: namespace, text, attributes, children.
struct Tree(String, String, [Option<String>; 2], alloc::vec::Vec<Self>);

impl Tree {
    fn arbitrary(u: &mut Unstructured<'_>, depth: u8) -> Result<Self> {
        let count = if depth == 0 { 0 } else { u.int_in_range(0..=2)? };
        let mut attribute = || bool::arbitrary(u)?.then(|| text(u)).transpose();
        let attributes = [attribute()?, attribute()?];
        let (namespace, inside) = (text(u)?, text(u)?);
        let children = (0..count).map(|_| Self::arbitrary(u, depth.saturating_sub(1))).collect::<Result<_>>()?;
        Ok(Self(namespace, inside, attributes, children))
    }
}

impl ToXml for Tree {
    fn to_xml(&self, w: &mut Writer) {
        let namespace: String = self.0.chars().take(60).collect();
        w.open(&alloc::format!("urn:{namespace}"), "x");
        for (name, value) in ["a", "b"].iter().zip(&self.2) {
            w.attr_opt(name, value.as_deref());
        }
        w.text(&self.1);
        self.3.iter().for_each(|child| child.to_xml(w));
        w.close();
    }
}

fn payloads(u: &mut Unstructured<'_>) -> Result<Payloads<'static>> {
    Payloads::of(&Tree::arbitrary(u, 3)?).map_err(|_| arbitrary::Error::IncorrectFormat)
}

fn push(payloads: &mut Payloads<'_>, payload: &dyn ToXml) -> Result<()> {
    payloads.push(payload).map_err(|_| arbitrary::Error::IncorrectFormat)
}

impl<'a> Arbitrary<'a> for Message<'static> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let types = [MessageType::Chat, MessageType::Normal, MessageType::Headline, MessageType::Groupchat];
        let mut payloads = payloads(u)?;
        push(&mut payloads, &Body(&text(u)?))?;
        push(&mut payloads, &Subject(&text(u)?))?;
        Ok(Self {
            to: u.arbitrary()?,
            from: u.arbitrary()?,
            id: Some(text(u)?.into()),
            message_type: *u.choose(&types)?,
            lang: some_text(u)?,
            payloads,
        })
    }
}

impl<'a> Arbitrary<'a> for Presence<'static> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let types = [PresenceType::Available, PresenceType::Unavailable, PresenceType::Subscribe];
        let mut payloads = payloads(u)?;
        let presence_type = *u.choose(&types)?;
        push(&mut payloads, &Status(&text(u)?))?;
        if presence_type != PresenceType::Unavailable {
            push(&mut payloads, u.choose(&[Show::Away, Show::Chat, Show::Dnd, Show::Xa])?)?;
            push(&mut payloads, &Priority(u.arbitrary()?))?;
        }
        Ok(Self { to: u.arbitrary()?, from: u.arbitrary()?, id: None, presence_type, lang: some_text(u)?, payloads })
    }
}

impl<'a> Arbitrary<'a> for Iq<'static> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            to: u.arbitrary()?,
            from: u.arbitrary()?,
            id: text(u)?.into(),
            iq_type: *u.choose(&[IqType::Get, IqType::Set, IqType::Result])?,
            lang: some_text(u)?,
            payloads: payloads(u)?,
        })
    }
}

impl<'a> Arbitrary<'a> for Stanza<'static> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=2)? {
            0 => Self::Message(u.arbitrary()?),
            1 => Self::Presence(u.arbitrary()?),
            _ => Self::Iq(u.arbitrary()?),
        })
    }
}
