use super::*;
use crate::attribute::Labels;
use crate::curve::Pure;
use crate::kem::{Decapsulate, Encapsulate, Scope};
use alloc::boxed::Box;
use std::format;

/// A deterministic source for tests.
pub(crate) fn counter(mut seed: u8) -> impl FnMut(&mut [u8]) -> Result<(), RandomError> {
    move |out: &mut [u8]| {
        seed = seed.wrapping_add(1);
        Schedule::extract(&[seed], b"test").expand("random", &[], out);
        Ok(())
    }
}

fn kp<C: Curve>(policy: &str, topic: &str, epoch: u64, labels: &[crate::Label]) -> bool {
    let mut random = counter(1);
    let master = MasterKey::<C>::setup(Kem::FABEO_KP, &mut random).unwrap();
    let mut key = master.issue_policy_key(&policy.parse().unwrap(), &mut random).unwrap();
    let mut access = Vec::new();
    Labels::new(labels).unwrap().encode(&mut access);
    let scope = Scope { topic, epoch: Epoch(epoch), access: &access };
    let mut public = master.public().clone();
    let mut out = Vec::new();
    let sent = public.encapsulate(&scope, &[5; 32], &mut random, &mut out).unwrap();
    let got = Decapsulate::decapsulate(&mut key, &scope, &[5; 32], &out);
    assert_eq!(got.is_ok(), key.may_open(&scope), "{policy} {topic}");
    if let Ok(got) = &got {
        assert_eq!(*got, sent);
        assert!(Decapsulate::decapsulate(&mut key, &scope, &[6; 32], &out).is_err(), "another context");
    }
    got.is_ok()
}

fn kp_cases<C: Curve>() {
    let labels = [crate::Label::text("team", "a"), crate::Label::number("gen", 7)];
    for (policy, topic, opens) in [
        ("topic(\"a/+/c\")", "a/b/c", true),
        ("topic(\"a/+/c\")", "a/b/d", false),
        ("topic(\"a/#\") and epoch in [90..110]", "a/b/c", true),
        ("topic(\"a/#\") and epoch in [101..110]", "a/b/c", false),
        ("topic(\"#\")", "$SYS/x", false),
        ("topic(\"x/#\") and topic(\"+/y\") and topic(\"x/y\")", "x/y", true),
        ("2 of (team = \"a\", gen > 7, gen >= 7)", "t", true),
        ("2 of (team = \"b\", gen > 7, gen >= 7)", "t", false),
        ("3 of (team = \"a\", gen > 7, gen >= 7, gen != 6) and team = \"a\" and (team = \"a\" or gen = 1)", "t", true),
    ] {
        assert_eq!(kp::<C>(policy, topic, 100, &labels), opens, "{policy} {topic}");
    }
}

fn cp_cases<C: Curve>() {
    let mut random = counter(2);
    let master = MasterKey::<C>::setup(Kem::FABEO_CP, &mut random).unwrap();
    let labels = Labels::new(&[crate::Label::text("role", "nurse"), crate::Label::number("level", 4)]).unwrap();
    let mut key = master.issue_attribute_key(&labels, &mut random).unwrap();
    let mut body = Vec::new();
    key.encode(&mut body);
    let mut again = AttributeKey::<C>::decode(&body, &Limits::default()).unwrap();
    let mut public = PublicKey::<C>::decode(Kem::FABEO_CP, master.public().encode()).unwrap();
    for (policy, opens) in [
        ("role = \"nurse\"", true),
        ("role = \"doctor\"", false),
        ("role = \"nurse\" and level >= 3 and role = \"nurse\"", true),
        ("2 of (role = \"doctor\", level = 4, role = \"nurse\") or level < 2", true),
        ("(role = \"nurse\" and level < 4) or (role = \"doctor\" and level = 4)", false),
    ] {
        let policy: Policy = policy.parse().unwrap();
        let mut access = Vec::new();
        policy.encode(&mut access);
        let scope = Scope { topic: "t", epoch: Epoch(1), access: &access };
        let mut out = Vec::new();
        let sent = public.encapsulate(&scope, &[0; 32], &mut random, &mut out).unwrap();
        assert_eq!(
            Decapsulate::decapsulate(&mut key, &scope, &[0; 32], &out).ok(),
            opens.then(|| sent.clone()),
            "{policy}"
        );
        assert_eq!(
            Decapsulate::decapsulate(&mut again, &scope, &[0; 32], &out).ok(),
            opens.then_some(sent),
            "{policy}"
        );
    }
}

#[test]
fn key_policy_pure() {
    kp_cases::<Pure>();
}

#[test]
fn ciphertext_policy_pure() {
    cp_cases::<Pure>();
}

#[cfg(feature = "blst")]
#[test]
fn both_schemes_on_blst() {
    kp_cases::<crate::curve::Blst>();
    cp_cases::<crate::curve::Blst>();
}

#[test]
fn keys_there_and_back_and_sizes() {
    let mut random = counter(3);
    let master = MasterKey::<Pure>::setup(Kem::FABEO_KP, &mut random).unwrap();
    let policy: Policy = "topic(\"a/#\") and epoch in [0..20]".parse().unwrap();
    let key = master.issue_policy_key(&policy, &mut random).unwrap();
    let mut body = Vec::new();
    key.encode(&mut body);
    let again = PolicyKey::<Pure>::decode(&body, &Limits::default()).unwrap();
    let mut twice = Vec::new();
    again.encode(&mut twice);
    assert_eq!(body, twice);
    for cut in (0..body.len()).step_by(7) {
        assert!(PolicyKey::<Pure>::decode(&body[..cut], &Limits::default()).is_err());
    }
    body.push(0);
    assert!(PolicyKey::<Pure>::decode(&body, &Limits::default()).is_err());
    // 6 levels, len, not-$, 6 epoch nodes.
    let attributes = Labels::default().attributes("a/b/c/d/e/f", Epoch(9)).unwrap();
    assert_eq!((attributes.len(), policy_key::encapsulation_len(14)), (14, 800));
    assert!(!format!("{master:?} {key:?}").contains(&format!("{:?}", master.encode().expose())));
    // The other scheme has no such keys.
    assert!(master.issue_attribute_key(&Labels::default(), &mut random).is_err());
    let boxed: Box<dyn Decapsulate + Send> = Box::new(key);
    assert_eq!(boxed.public_id(), *master.public().id());
}
