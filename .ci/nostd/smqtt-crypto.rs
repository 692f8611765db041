//! A message sealed and opened under a pre-shared key, and, with the scheme, a policy and a point.

use alloc::boxed::Box;
use alloc::vec::Vec;

use smqtt_crypto::curve::{Curve, Pure};
use smqtt_crypto::{
    Access, Bound, Epoch, Policy, PresharedKey, Properties, Publisher, PublisherConfig, Secret, Subscriber,
    SubscriberConfig, Trust,
};

pub fn probe() -> bool {
    let key = || Box::new(PresharedKey::new(Secret::new([7; 32])));
    let mut publisher = Publisher::unsigned(key(), PublisherConfig::default());
    let mut subscriber = Subscriber::new(Trust::Anyone, SubscriberConfig::default());
    subscriber.add_key(key());
    let mut random = |out: &mut [u8]| {
        out.fill(9);
        Ok(())
    };
    let (mut announce, mut data, mut text) = (Vec::new(), Vec::new(), Vec::new());
    let bound = Bound { topic: "a/b", ..Bound::default() };
    let sealed = publisher.encrypt("a/b", Epoch(1), Access::Open, &mut random, &mut announce).is_ok()
        && publisher.publish("a/b", Epoch(1), &Properties::default(), b"hi", &mut data).is_ok();
    let opened = subscriber.receive(Epoch(1), &bound, &announce, &mut text).is_ok()
        && subscriber.receive(Epoch(1), &bound, &data, &mut text).is_ok();
    let policy = "topic(\"a/+\") and n > 5".parse::<Policy>();
    let mut point = Vec::new();
    Pure::g1_encode(&[Pure::g1()], &mut point);
    sealed && opened && text == b"hi" && policy.is_ok() && point.len() == 48
}
