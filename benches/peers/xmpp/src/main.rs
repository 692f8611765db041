//! xmpp-stanza and its peers on the same 1,000 stanzas, in one process.
//! The command line is that of `contest`. With `--features expat`, the C library takes part.

#![allow(missing_docs, reason = "a program, not a library")]

#[cfg(feature = "expat")]
mod expat;
mod ours;
mod peers;
mod rows;

use std::process::ExitCode;

use contest::{Contestant, Row};

/// A row of so many stanzas and bytes, to which contestants are added.
struct Builder<'a>(Row<'a>);

impl<'a> Builder<'a> {
    fn new(name: &str, messages: usize, bytes: usize) -> Self {
        Self(Row { name: name.to_owned(), messages, bytes, contestants: Vec::new(), left_out: Vec::new() })
    }

    fn with(mut self, name: &'static str, expected: usize, mut round: impl FnMut() -> usize + 'a) -> Self {
        let expected = expected as u64;
        self.0.contestants.push(Contestant::new(name, expected..=expected, move || round() as u64));
        self
    }
}

struct Input {
    stanzas: Vec<String>,
    /// Each with its namespace declared, for those who read documents.
    wrapped: Vec<String>,
    stream: String,
    /// One stanza of a megabyte of text.
    large: String,
}

impl Input {
    fn new() -> Self {
        let stanzas = rows::stanzas();
        let stream = stanzas.concat();
        let wrapped = stanzas.iter().map(|text| text.replacen(' ', " xmlns='jabber:client' ", 1)).collect();
        let large = format!("<message><body>{}</body></message>", "Deny thy father ".repeat(1 << 16));
        Self { stanzas, wrapped, stream, large }
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let Self { stanzas, wrapped, stream, large } = self;
        let elements = ours::elements(stream);
        let mut strict = Builder::new("strict", 1000, stream.len()).with("xmpp-stanza", 1000, || ours::strict(stream));
        let mut pushed =
            Builder::new("pushed-1448", 1000, stream.len()).with("xmpp-stanza", 1000, || ours::pushed(stream, 1448));
        let mut single =
            Builder::new("pushed-1", 1000, stream.len()).with("xmpp-stanza", 1000, || ours::pushed(stream, 1));
        let mut token = Builder::new("large-1448", 1, large.len()).with("xmpp-stanza", 1, || ours::pushed(large, 1448));
        #[cfg(feature = "expat")]
        {
            strict = strict.with("expat", elements, || expat::pushed(stream, stream.len()));
            pushed = pushed.with("expat", elements, || expat::pushed(stream, 1448));
            single = single.with("expat", elements, || expat::pushed(stream, 1));
            token = token.with("expat", 2, || expat::pushed(large, 1448));
        }
        strict = strict
            .with("quick-xml NsReader", elements, || peers::quick_xml(stanzas))
            .with("rxml", elements, || peers::rxml(stream, stream.len()))
            .with("roxmltree", elements, || peers::roxmltree(wrapped))
            .with("minidom", 1000, || peers::minidom(wrapped));
        pushed = pushed.with("rxml", elements, || peers::rxml(stream, 1448));
        single = single.with("rxml", elements, || peers::rxml(stream, 1));
        token = token.with("rxml", 2, || peers::rxml(large, 1448));
        let (mut encoder, mut out, mut plain) = (ours::encoder(), Vec::with_capacity(1024), Vec::with_capacity(1024));
        let len = ours::encode(&mut encoder, &mut out);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        [
            strict,
            pushed,
            single,
            token,
            Builder::new("typed", 1000, stream.len())
                .with("xmpp-stanza", 1000, || ours::typed(stream))
                .with("xmpp-parsers", 1000, || peers::xmpp_parsers(wrapped))
                .with("xso", 1000, || peers::xso(wrapped))
                .with("tokio-xmpp", 1000, move || peers::tokio_xmpp(&runtime, stream)),
            Builder::new("encode-chat", 1000, 1000 * len)
                .with("xmpp-stanza", len, move || ours::encode(&mut encoder, &mut out))
                .with("plain writer", len, move || peers::plain_encode(&mut plain))
                .with("xso", XSO_LEN, peers::xso_encode),
            Builder::new("jid", 1000, 1000 * rows::JID.len()).with("xmpp-stanza", 1000, ours::jid).with(
                "jid",
                1000,
                peers::jid,
            ),
        ]
        .into_iter()
        .map(|builder| builder.0)
        .collect()
    }
}

/// xso declares the namespace.
const XSO_LEN: usize = 212;

fn main() -> ExitCode {
    let input = Input::new();
    contest::main(input.rows(), Vec::new)
}
