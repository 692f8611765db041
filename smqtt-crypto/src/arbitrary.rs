//! Feature `arbitrary`: labels, policies and envelopes, out of unstructured bytes. Their form is valid; no cryptography went into them.

use alloc::string::String;
use alloc::vec::Vec;

use arbitrary::{Arbitrary, Error, Result, Unstructured};

use crate::attribute::{EPOCH_BITS, Label, Labels, is_name, is_width, max_number};
use crate::binary::Binary;
use crate::envelope::{
    AnnounceHead, Binding, Credential, Data, Envelope, EpochNotice, Filters, Flags, Granted, KeyAnnounce, KeyRequest,
    Kind, PublicParams, RegisterRequest, RegisterResponse, SIGNATURE_LEN, SecretKey, SelfContained,
};
use crate::kem::Kem;
use crate::policy::Policy;
use crate::suite::{Suite, TAG_LEN};
use crate::text::Text;
use crate::topic::{is_filter, is_topic};

impl<'a> Arbitrary<'a> for Binary<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let bytes: &[u8] = u.arbitrary()?;
        Ok(bytes.get(..usize::from(u16::MAX)).unwrap_or(bytes).into())
    }
}

impl<'a> Arbitrary<'a> for Text<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let text: &str = u.arbitrary()?;
        Ok(text.get(..usize::from(u16::MAX)).unwrap_or(text).into())
    }
}

fn name(u: &mut Unstructured<'_>) -> Result<String> {
    let len = u.int_in_range(1..=8)?;
    let name: String = (0..len).map(|_| Ok(char::from(u.int_in_range(b'a'..=b'z')?))).collect::<Result<_>>()?;
    if is_name(&name) { Ok(name) } else { Err(Error::IncorrectFormat) }
}

fn topic<'a>(u: &mut Unstructured<'a>) -> Result<Text<'a>> {
    let topic = Text::arbitrary(u)?;
    Ok(if is_topic(&topic) { topic } else { "house/1/temperature".into() })
}

fn filters(u: &mut Unstructured<'_>) -> Result<Filters<'static>> {
    let texts: Vec<&str> = (0..u.int_in_range(0..=4)?).map(|_| u.arbitrary()).collect::<Result<_>>()?;
    let valid: Vec<&str> = texts.into_iter().filter(|text| is_filter(text)).collect();
    Filters::new(&valid).ok_or(Error::IncorrectFormat)
}

impl<'a> Arbitrary<'a> for Filters<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        filters(u)
    }
}

impl<'a> Arbitrary<'a> for Label {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let name = name(u)?.into();
        if u.arbitrary()? {
            let value: &str = u.arbitrary()?;
            return Ok(Self::Text { name, value: value.get(..1024).unwrap_or(value).into() });
        }
        let bits = u.int_in_range(0..=64)? & !3;
        let bits = if is_width(bits) { bits } else { 32 };
        Ok(Self::Number { name, bits, value: u.int_in_range(0..=max_number(bits))? })
    }
}

impl<'a> Arbitrary<'a> for Labels {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let labels: Vec<Label> = (0..u.int_in_range(0..=6)?).map(|_| u.arbitrary()).collect::<Result<_>>()?;
        Self::new(&labels).ok_or(Error::IncorrectFormat)
    }
}

/// One condition, as text.
fn condition(u: &mut Unstructured<'_>, out: &mut String) -> Result<()> {
    let number = |u: &mut Unstructured<'_>, bits| u.int_in_range(0..=max_number(bits));
    let (kind, name) = (u.int_in_range(0..=3)?, name(u)?);
    let (low, high) = (number(u, EPOCH_BITS)?, number(u, EPOCH_BITS)?);
    let (low, high) = (low.min(high), low.max(high));
    out.push_str(&match kind {
        0 => alloc::format!("topic(\"{name}/+/#\")"),
        1 => alloc::format!("{name} = \"{low}\""),
        2 => alloc::format!("{name} in [{low}..{high}]#32"),
        _ => alloc::format!("epoch in [{low}..{high}]"),
    });
    Ok(())
}

impl<'a> Arbitrary<'a> for Policy {
    /// Up to four groups of up to three conditions.
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut text = String::new();
        for group in 0..u.int_in_range(1..=4)? {
            text.push_str(if group == 0 { "(" } else { " or (" });
            let of: usize = u.int_in_range(1..=3)?;
            let threshold = of > 1 && u.arbitrary()?;
            if threshold {
                text.push_str(&alloc::format!("{} of (", u.int_in_range(1..=of)?));
            }
            for index in 0..of {
                if index > 0 {
                    text.push_str(if threshold { ", " } else { " and " });
                }
                condition(u, &mut text)?;
            }
            text.push_str(if threshold { "))" } else { ")" });
        }
        text.parse().map_err(|_| Error::IncorrectFormat)
    }
}

fn suite(u: &mut Unstructured<'_>) -> Result<Suite> {
    Ok(Suite(u.int_in_range(1..=4)?))
}

fn flags(u: &mut Unstructured<'_>, signature: Option<[u8; SIGNATURE_LEN]>, kind: Kind) -> Result<Flags> {
    if kind == Kind::KeyAnnounce {
        return Ok(Flags::new(Binding::None, false, signature.is_some()));
    }
    let binding = *u.choose(&[Binding::None, Binding::Exact, Binding::Suffix])?;
    Ok(Flags::new(binding, u.arbitrary()?, signature.is_some()))
}

fn sealed<'a>(u: &mut Unstructured<'a>) -> Result<Binary<'a>> {
    let len = u.int_in_range(TAG_LEN..=256)?;
    Ok(u.bytes(len)?.into())
}

fn head<'a>(u: &mut Unstructured<'a>, signature: Option<[u8; SIGNATURE_LEN]>, kind: Kind) -> Result<AnnounceHead<'a>> {
    let kem = Kem(u.arbitrary()?);
    let mut access = Vec::new();
    match kem {
        Kem::FABEO_KP => Labels::arbitrary(u)?.encode(&mut access),
        Kem::FABEO_CP => Policy::arbitrary(u)?.encode(&mut access),
        _ => access.extend_from_slice(&Binary::arbitrary(u)?),
    }
    Ok(AnnounceHead {
        suite: suite(u)?,
        flags: flags(u, signature, kind)?,
        kem,
        public_id: u.arbitrary()?,
        sender: u.arbitrary()?,
        epoch: u.arbitrary()?,
        topic: topic(u)?,
        access: access.into(),
        encapsulation: u.arbitrary()?,
        key_id: u.arbitrary()?,
        commitment: u.arbitrary()?,
        credential: u.arbitrary()?,
    })
}

fn credential<'a>(u: &mut Unstructured<'a>) -> Result<Credential<'a>> {
    let (one, two) = (u.arbitrary()?, u.arbitrary()?);
    Ok(Credential {
        verifying_key: u.arbitrary()?,
        first: core::cmp::min(one, two),
        last: core::cmp::max(one, two),
        filters: filters(u)?,
        signature: u.arbitrary()?,
    })
}

fn request<'a>(u: &mut Unstructured<'a>) -> Result<RegisterRequest<'a>> {
    Ok(RegisterRequest {
        role: u.arbitrary()?,
        identity: u.arbitrary()?,
        filters: filters(u)?,
        wrap_key: u.arbitrary()?,
        verifying_key: u.arbitrary()?,
        nonce: u.arbitrary()?,
        signature: u.arbitrary()?,
    })
}

fn response<'a>(u: &mut Unstructured<'a>) -> Result<RegisterResponse<'a>> {
    let granted = if u.arbitrary()? {
        Granted::Key { encapsulated: u.arbitrary()?, sealed: u.arbitrary()? }
    } else {
        Granted::Credential(u.arbitrary()?)
    };
    Ok(RegisterResponse { nonce: u.arbitrary()?, params: u.arbitrary()?, granted, signature: u.arbitrary()? })
}

impl<'a> Arbitrary<'a> for Envelope<'a> {
    /// Any envelope that encodes: well-formed, and not authentic.
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let signature: Option<[u8; SIGNATURE_LEN]> = u.arbitrary()?;
        Ok(match u.int_in_range(1..=10)? {
            1 => Self::Data(Data {
                suite: suite(u)?,
                flags: flags(u, signature, Kind::Data)?,
                key_id: u.arbitrary()?,
                counter: u.arbitrary::<u64>()? >> 8,
                sealed: sealed(u)?,
                signature,
            }),
            2 => Self::KeyAnnounce(KeyAnnounce { head: head(u, signature, Kind::KeyAnnounce)?, signature }),
            3 => Self::SelfContained(SelfContained {
                head: head(u, signature, Kind::SelfContained)?,
                sealed: sealed(u)?,
                signature,
            }),
            4 => Self::RegisterRequest(request(u)?),
            5 => Self::RegisterResponse(response(u)?),
            6 => Self::PublicParams(PublicParams {
                kem: Kem(u.arbitrary()?),
                authority: u.arbitrary()?,
                epoch_seconds: u.arbitrary()?,
                public: u.arbitrary()?,
                signature: u.arbitrary()?,
            }),
            7 => Self::SecretKey(SecretKey { kem: Kem(u.arbitrary()?), body: u.arbitrary()? }),
            8 => Self::KeyRequest(KeyRequest::arbitrary(u)?),
            9 => Self::EpochNotice(EpochNotice::arbitrary(u)?),
            _ => Self::Credential(credential(u)?),
        })
    }
}
