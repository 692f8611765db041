//! What the options of a message ask of an endpoint: which it must ignore, forward, or refuse the message for
//! (RFC 7252 §5.4, §5.7.1, RFC 8323 §5.2).

use crate::code::Code;
use crate::error::Reply;
use crate::message::{Header, Message, MessageType};
use crate::options::{OptionIter, OptionNumber, OptionRef};
use crate::registry::{self, OptionInfo, path_abbrev};
use crate::value::Block;

/// Who looks at the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Role {
    /// The endpoint that the message is for.
    #[default]
    Endpoint,
    /// A forward or reverse proxy on its way (RFC 7252 §5.7).
    Proxy,
}

/// What an unrecognised critical option in a non-confirmable request leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NonRule {
    /// A 4.02, as in a confirmable one: the rule of the corrections to RFC 7252 (2026).
    #[default]
    Respond,
    /// The message is rejected, as RFC 7252 §5.4.1 says.
    Reject,
}

/// How [`Message::check`] judges.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Who looks.
    pub role: Role,
    /// What to do with critical options in non-confirmable requests.
    pub non_rule: NonRule,
    /// Which options this endpoint implements; the default is every one that is registered.
    pub recognises: fn(OptionNumber) -> bool,
}

impl Policy {
    /// The judgement of a role over all options of the registry.
    #[must_use]
    pub const fn new(role: Role) -> Self {
        Self { role, non_rule: NonRule::Respond, recognises: is_registered }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new(Role::Endpoint)
    }
}

fn is_registered(number: OptionNumber) -> bool {
    registry::option(number).is_some()
}

/// What is the matter with an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The number is not known (RFC 7252 §5.4.1).
    Unrecognized,
    /// One more than the option may occur (RFC 7252 §5.4.5).
    Supernumerary,
    /// A length outside the defined range (RFC 7252 §5.4.3).
    Length,
    /// Not defined for this method or response code (RFC 7252 §5.4).
    Undefined,
    /// A value that the option's specification forbids: SZX 7 on datagrams (RFC 7959 §2.2), a Hop-Limit of 0 or above 255 (RFC 8768 §3), a
    /// path segment `.` or `..` (RFC 7252 §5.10.1); or one that it does not define: an unknown Uri-Path-Abbrev.
    Value,
    /// Beside an option that it excludes: Q-Block and Block (RFC 9177 §4.1), Uri-Path-Abbrev and Uri-Path.
    Mixed,
}

/// What an option's fault leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Process the message as if the option were not there.
    IgnoreOption,
    /// Forward it unchanged (RFC 7252 §5.7.1).
    Forward,
    /// Do not process the message, and answer so. For a proxy's 5.02 the answer goes to the client (RFC 7252 §5.7.1).
    Refuse(Reply),
}

/// One option at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding<'m> {
    /// The option.
    pub option: OptionRef<'m>,
    /// What is the matter with it.
    pub fault: Fault,
    /// What that leads to.
    pub effect: Effect,
}

/// Walks the options of a message and yields those at fault.
#[derive(Debug, Clone)]
pub struct Check<'m> {
    code: Code,
    header: Header,
    policy: Policy,
    options: OptionIter<'m>,
    last: Option<OptionNumber>,
    path: bool,
    block: bool,
    q_block: bool,
}

impl Message<'_> {
    /// Judges the options of the message, in order.
    ///
    /// ```
    /// use coap_codec::{Effect, Fault, Limits, Message, Policy, Reply, Code};
    ///
    /// // Option 2049 + 8 = 2057 is critical and unknown.
    /// let message = Message::decode(b"\x40\x01\x00\x01\xe0\x06\xfc", &Limits::default())?;
    /// let finding = message.check(&Policy::default()).next().unwrap();
    /// assert_eq!((finding.option.number.0, finding.fault), (2057, Fault::Unrecognized));
    /// assert_eq!(finding.effect, Effect::Refuse(Reply::Respond(Code::BAD_OPTION)));
    /// # Ok::<(), coap_codec::Reject>(())
    /// ```
    #[must_use]
    pub fn check(&self, policy: &Policy) -> Check<'_> {
        Check {
            code: self.code,
            header: self.header,
            policy: *policy,
            options: self.options.iter(),
            last: None,
            path: false,
            block: false,
            q_block: false,
        }
    }

    /// What the message as a whole must be answered with, if it may not be processed: the first refusal of [`check`](Self::check), the
    /// Reset for a ping (RFC 7252 §4.3), 4.00 for a Q-Block1 without Request-Tag or Size1 (RFC 9177 §4.3), or 4.05 for a method that is not
    /// registered (RFC 7252 §5.8).
    #[must_use]
    pub fn refusal(&self, policy: &Policy) -> Option<Reply> {
        if self.is_empty() && self.message_type() == Some(MessageType::Confirmable) {
            // RFC 7252 §4.2: an Empty confirmable message is rejected by a Reset: the CoAP ping.
            return Some(Reply::Reset);
        }
        let refused = self.check(policy).find_map(|finding| match finding.effect {
            Effect::Refuse(reply) => Some(reply),
            _ => None,
        });
        let is_processed = |number| self.options.contains(number) && (policy.recognises)(number);
        // RFC 9177 §4.3, §4.6: a request with Q-Block1 has both a Request-Tag and a Size1.
        let is_lacking = self.code.is_request()
            && is_processed(OptionNumber::Q_BLOCK1)
            && !(is_processed(OptionNumber::REQUEST_TAG) && is_processed(OptionNumber::SIZE1));
        // RFC 7252 §5.8: an unrecognised method is answered with 4.05.
        let is_unknown = self.code.is_request() && self.code.name().is_none();
        refused
            .or(is_lacking.then_some(Reply::Respond(Code::BAD_REQUEST)))
            .or(is_unknown.then_some(Reply::Respond(Code::METHOD_NOT_ALLOWED)))
    }
}

impl<'m> Check<'m> {
    fn fault(&mut self, option: &OptionRef<'m>) -> Option<Fault> {
        let repeated = self.last.replace(option.number) == Some(option.number);
        let info = if self.code.is_signaling() {
            registry::signaling_option(self.code, option.number)
        } else {
            registry::option(option.number).filter(|_| (self.policy.recognises)(option.number))
        };
        let Some(info) = info else { return Some(Fault::Unrecognized) };
        // RFC 7252 §5.4: an option that is not defined for the code is treated like an unrecognised one.
        if !self.code.is_signaling() && !info.scope.contains(self.code) {
            return Some(Fault::Undefined);
        }
        // RFC 8768 §3: 0 and numbers above 255 are refused, whatever their length.
        if info.number == OptionNumber::HOP_LIMIT && !option.uint().is_some_and(|hops| (1..=255).contains(&hops)) {
            return Some(Fault::Value);
        }
        // RFC 7252 §5.4.3: so is one whose length is out of range.
        if !info.accepts_len(option.value.len()) {
            return Some(Fault::Length);
        }
        // RFC 7252 §5.4.5, §5.10.6.1, RFC 7959 §2.1: so is each occurrence beyond the first of an option that is not repeatable.
        if repeated && !info.is_repeatable(self.code) {
            return Some(Fault::Supernumerary);
        }
        if self.code.is_signaling() { None } else { self.value_fault(info, option) }
    }

    fn value_fault(&mut self, info: &OptionInfo, option: &OptionRef<'m>) -> Option<Fault> {
        match info.number {
            // RFC 7252 §5.10.1, §5.10.7: "." and ".." have been resolved by the sender.
            OptionNumber::URI_PATH | OptionNumber::LOCATION_PATH => {
                self.path |= info.number == OptionNumber::URI_PATH;
                matches!(option.value, b"." | b"..").then_some(Fault::Value)
            }
            // draft-ietf-core-uri-path-abbrev §2.4, §2.1: not beside Uri-Path, and only with a number that is known.
            OptionNumber::URI_PATH_ABBREV if self.path => Some(Fault::Mixed),
            OptionNumber::URI_PATH_ABBREV => {
                option.uint().and_then(path_abbrev::path).is_none().then_some(Fault::Value)
            }
            OptionNumber::BLOCK1 | OptionNumber::BLOCK2 | OptionNumber::Q_BLOCK1 | OptionNumber::Q_BLOCK2 => {
                let q = matches!(info.number, OptionNumber::Q_BLOCK1 | OptionNumber::Q_BLOCK2);
                let seen = if q { &mut self.q_block } else { &mut self.block };
                *seen = true;
                if self.block && self.q_block {
                    return Some(Fault::Mixed);
                }
                // RFC 7959 §2.2: SZX 7 is reserved. RFC 8323 §6 gives it a meaning on reliable transports.
                let bert = Block::decode(option.value).is_ok_and(Block::is_bert);
                (bert && (q || self.header != Header::Reliable)).then_some(Fault::Value)
            }
            _ => None,
        }
    }

    fn effect(&self, number: OptionNumber, fault: Fault) -> Effect {
        if self.code.is_signaling() {
            // RFC 8323 §5.2: a critical option that is not understood aborts the connection; §5.4: elective ones are ignored.
            return if number.is_critical() { Effect::Refuse(Reply::Abort) } else { Effect::IgnoreOption };
        }
        // draft-ietf-core-uri-path-abbrev §2.1, §2.4: what cannot be expanded is treated as a critical option that cannot be processed.
        let is_abbreviation = number == OptionNumber::URI_PATH_ABBREV;
        if fault == Fault::Value && !is_abbreviation {
            return match number {
                OptionNumber::LOCATION_PATH => Effect::IgnoreOption,
                // RFC 7959 §2.2, RFC 8768 §3: 4.00.
                _ if self.code.is_request() => Effect::Refuse(Reply::Respond(Code::BAD_REQUEST)),
                _ if number.is_critical() => self.reject(),
                _ => Effect::IgnoreOption,
            };
        }
        if self.policy.role == Role::Proxy && (fault != Fault::Mixed || is_abbreviation) {
            return match (number.is_unsafe(), self.code.is_request()) {
                // RFC 7252 §5.7.1: unsafe options that the proxy does not recognise: 4.02 for a request, 5.02 for a response.
                (true, true) => Effect::Refuse(Reply::Respond(Code::BAD_OPTION)),
                (true, false) => Effect::Refuse(Reply::Respond(Code::BAD_GATEWAY)),
                // RFC 7252 §5.7.1: safe ones are forwarded.
                (false, _) => Effect::Forward,
            };
        }
        // RFC 7252 §5.4.1: elective options are silently ignored.
        if number.is_elective() {
            return Effect::IgnoreOption;
        }
        let non = matches!(self.header, Header::Datagram { message_type: MessageType::NonConfirmable, .. });
        if self.code.is_request() && !(non && self.policy.non_rule == NonRule::Reject) {
            // RFC 7252 §5.4.1: critical ones in a confirmable request: 4.02.
            return Effect::Refuse(Reply::Respond(Code::BAD_OPTION));
        }
        // RFC 7252 §5.4.1: in a response: rejected.
        self.reject()
    }

    /// RFC 7252 §4.2, §4.3. On a reliable transport a response that cannot be processed is dropped: it has no syntax error to abort for.
    const fn reject(&self) -> Effect {
        match self.header {
            Header::Datagram { message_type: MessageType::Confirmable, .. } => Effect::Refuse(Reply::Reset),
            _ => Effect::Refuse(Reply::Ignore),
        }
    }
}

impl<'m> Iterator for Check<'m> {
    type Item = Finding<'m>;

    fn next(&mut self) -> Option<Finding<'m>> {
        loop {
            let option = self.options.next()?;
            if let Some(fault) = self.fault(&option) {
                return Some(Finding { option, fault, effect: self.effect(option.number, fault) });
            }
        }
    }
}
