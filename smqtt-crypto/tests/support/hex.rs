pub(crate) fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

/// A random source that gives these bytes once, then fails: what a test asks for must be what it was given.
pub(crate) fn once(bytes: Vec<u8>) -> impl FnMut(&mut [u8]) -> Result<(), smqtt_crypto::RandomError> {
    let mut left = Some(bytes);
    move |out: &mut [u8]| {
        let bytes = left.take().filter(|bytes| bytes.len() == out.len()).ok_or(smqtt_crypto::RandomError)?;
        out.copy_from_slice(&bytes);
        Ok(())
    }
}
