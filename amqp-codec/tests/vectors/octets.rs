/// Hexadecimal digits; `xx*N` repeats an octet, or several.
pub(crate) fn octets(text: &str) -> Vec<u8> {
    let hex = |digits: &str| -> Vec<u8> {
        assert!(digits.len().is_multiple_of(2), "{text}");
        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
    };
    text.split_whitespace()
        .flat_map(|word| match word.split_once('*') {
            Some((digits, times)) => hex(digits).repeat(times.parse().unwrap()),
            None => hex(word),
        })
        .collect()
}
