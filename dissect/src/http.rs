//! HTTP/1.1 as far as a WebSocket upgrade and BOSH need it: heads, and bodies by length, in chunks, or to the end.

/// What a head may measure.
const MAX_HEAD: usize = 64 << 10;
/// What a body may measure; longer ones are passed over.
const MAX_BODY: usize = 16 << 20;

/// The head of a request or response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// `GET /mqtt HTTP/1.1` or `HTTP/1.1 101 Switching Protocols`.
    pub(crate) start: String,
    fields: Vec<(String, String)>,
}

impl Head {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.split("\r\n");
        let start = lines.next().unwrap_or_default().to_owned();
        let fields = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Self { start, fields }
    }

    /// The first field of that (lower-case) name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// All comma-separated items of the fields of that name.
    pub(crate) fn items<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.fields.iter().filter(move |(field, _)| field == name);
        fields.flat_map(|(_, value)| value.split(',').map(str::trim))
    }

    /// The second word of the start line: a request's target, a response's status.
    pub(crate) fn second_word(&self) -> &str {
        self.start.split(' ').nth(1).unwrap_or_default()
    }

    pub(crate) fn method(&self) -> &str {
        self.start.split(' ').next().unwrap_or_default()
    }

    /// True if this asks for, or grants, a change to WebSocket (RFC 6455 §4).
    pub(crate) fn is_web_socket_upgrade(&self) -> bool {
        self.items("upgrade").any(|item| item.eq_ignore_ascii_case("websocket"))
    }
}

/// What comes out of one direction.
#[derive(Debug)]
pub(crate) enum Part {
    Head(Head),
    Body(Vec<u8>),
}

#[derive(Debug)]
enum State {
    Head,
    /// So many bytes of body are to come.
    Length(u64),
    ChunkSize,
    Chunk(u64),
    Trailer,
    UntilClose,
    /// This is not HTTP.
    Broken,
}

/// One direction of an HTTP connection.
#[derive(Debug)]
pub(crate) struct Half {
    state: State,
    line: Vec<u8>,
    body: Vec<u8>,
}

impl Half {
    pub(crate) const fn new() -> Self {
        Self { state: State::Head, line: Vec::new(), body: Vec::new() }
    }

    pub(crate) const fn is_broken(&self) -> bool {
        matches!(self.state, State::Broken)
    }

    /// Consumes bytes up to the end of the next head or body. After a head the caller says with [`Self::expect_body`] what follows.
    pub(crate) fn push(&mut self, input: &mut &[u8]) -> Option<Part> {
        while !input.is_empty() {
            match self.state {
                State::Head => {
                    if let Some(head) = self.head(input) {
                        return Some(Part::Head(head));
                    }
                }
                State::Length(left) => {
                    self.state = State::Length(self.take_body(left, input));
                    if matches!(self.state, State::Length(0)) {
                        return Some(self.end_of_body());
                    }
                }
                State::ChunkSize => self.chunk_size(input),
                State::Chunk(left) => {
                    let left = self.take_body(left, input);
                    self.state = if left == 0 { State::ChunkSize } else { State::Chunk(left) };
                }
                State::Trailer => {
                    if self.line(input).is_some_and(|line| line.is_empty()) {
                        return Some(self.end_of_body());
                    }
                }
                State::UntilClose => {
                    self.take_body(u64::MAX, input);
                }
                State::Broken => *input = &[],
            }
        }
        None
    }

    /// Says what follows the head that came out last. `request` is the request that a response answers.
    pub(crate) fn expect_body(&mut self, head: &Head, request: Option<&Head>) {
        let bodiless = head.start.starts_with("HTTP/")
            && (request.is_some_and(|request| request.method() == "HEAD")
                || head.second_word().starts_with('1')
                || matches!(head.second_word(), "204" | "304"));
        let chunked = head.items("transfer-encoding").any(|item| item.eq_ignore_ascii_case("chunked"));
        let length = head.field("content-length").and_then(|length| length.parse::<u64>().ok());
        self.state = match length {
            _ if bodiless => State::Head,
            _ if chunked => State::ChunkSize,
            Some(0) => State::Head,
            Some(length) => State::Length(length),
            None if head.start.starts_with("HTTP/") => State::UntilClose,
            None => State::Head,
        };
    }

    /// The connection was closed: a body without a length is complete now.
    pub(crate) fn finish(&mut self) -> Option<Part> {
        let complete = matches!(self.state, State::UntilClose) && !self.body.is_empty();
        complete.then(|| self.end_of_body())
    }

    fn head(&mut self, input: &mut &[u8]) -> Option<Head> {
        self.up_to(b"\r\n\r\n", input).map(|head| Head::parse(head.trim_ascii()))
    }

    fn chunk_size(&mut self, input: &mut &[u8]) {
        let Some(line) = self.line(input) else { return };
        // The empty line is the end of the chunk before.
        if line.is_empty() {
            return;
        }
        let digits = line.split(';').next().unwrap_or_default().trim();
        self.state = match u64::from_str_radix(digits, 16) {
            Ok(0) => State::Trailer,
            Ok(len) => State::Chunk(len),
            Err(_) => State::Broken,
        };
    }

    /// A line without its end, once it is complete.
    fn line(&mut self, input: &mut &[u8]) -> Option<String> {
        self.up_to(b"\n", input).map(|line| String::from_utf8_lossy(line.trim_ascii_end()).into_owned())
    }

    /// What ends with `end`, once it is complete; none of it may be longer than a head.
    fn up_to(&mut self, end: &[u8], input: &mut &[u8]) -> Option<Vec<u8>> {
        while let Some((byte, rest)) = input.split_first() {
            *input = rest;
            self.line.push(*byte);
            if self.line.ends_with(end) {
                return Some(core::mem::take(&mut self.line));
            }
            if self.line.len() > MAX_HEAD {
                self.state = State::Broken;
                self.line = Vec::new();
                return None;
            }
        }
        None
    }

    fn take_body(&mut self, left: u64, input: &mut &[u8]) -> u64 {
        let now = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
        let (body, rest) = input.split_at_checked(now).unwrap_or((input, &[]));
        if self.body.len().saturating_add(body.len()) <= MAX_BODY {
            self.body.extend_from_slice(body);
        }
        *input = rest;
        left.saturating_sub(now as u64)
    }

    fn end_of_body(&mut self) -> Part {
        self.state = State::Head;
        Part::Body(core::mem::take(&mut self.body))
    }
}
