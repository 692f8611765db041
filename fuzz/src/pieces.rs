//! Law 4 for payloads that are handed out in pieces: whatever the chunking, the pieces of a stream add up to its messages.

use crate::Family;

/// One step of `decode_piece`. A head brings what makes a message of it and the payload, and says how long that is.
pub(crate) enum Part<'a, M> {
    Whole(M),
    Head(usize, Box<dyn FnOnce(Vec<u8>) -> M + 'a>),
    Chunk(&'a [u8]),
    End,
}

/// What was read of a stream.
pub(crate) struct Told<M, E> {
    pub(crate) messages: Vec<M>,
    /// The error, and where in the stream it stands.
    pub(crate) error: Option<(E, u64)>,
    /// The stream ends, or fails, within a payload.
    pub(crate) open: bool,
}

/// Reads a stream in chunks of these sizes with `decode_piece` (`next`), and joins the pieces.
pub(crate) fn joined<'a, F: Family, M>(
    decoder: &mut F::Decoder,
    stream: &'a [u8],
    sizes: impl Iterator<Item = usize>,
    mut next: impl FnMut(&mut F::Decoder, &mut &'a [u8]) -> Result<Option<Part<'a, M>>, F::Error>,
) -> Told<M, F::Error> {
    let (mut start, mut end, mut messages, mut open) = (0, 0, Vec::new(), None);
    for size in core::iter::once(0).chain(sizes) {
        end = stream.len().min(end + size);
        let mut input = stream.get(start..end).unwrap_or_default();
        loop {
            match (next(decoder, &mut input), &mut open) {
                (Ok(Some(Part::Whole(message))), None) => messages.push(message),
                (Ok(Some(Part::Head(len, join))), None) => open = Some((len, join, Vec::new())),
                (Ok(Some(Part::Chunk(chunk))), Some((_, _, payload))) => {
                    assert!(!chunk.is_empty(), "an empty chunk");
                    payload.extend_from_slice(chunk);
                }
                (Ok(Some(Part::End)), Some(_)) => {
                    let Some((len, join, payload)) = open.take() else { break };
                    assert_eq!(payload.len(), len, "the end of another payload");
                    messages.push(join(payload));
                }
                (Ok(Some(_)), _) => panic!("a piece out of order"),
                (Ok(None), _) => break,
                (Err(error), _) => {
                    let again = next(decoder, &mut input);
                    assert!(matches!(again, Err(same) if same == error), "a failed decoder stays failed");
                    return Told { messages, error: Some((error, F::position(decoder))), open: open.is_some() };
                }
            }
            assert_eq!(F::position(decoder), (end - input.len()) as u64);
        }
        start = end - input.len();
        assert!(F::needed(decoder) > 0);
        if end == stream.len() {
            break;
        }
    }
    Told { messages, error: None, open: open.is_some() }
}
