// Third-party data that is not in the repository: found by CODEC_DATA or beside the repository. Included by the tests that use it.

fn shared(path: &str) -> Option<Vec<u8>> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared");
    let root = std::env::var("CODEC_DATA").unwrap_or_else(|_| beside.into());
    let file = std::path::Path::new(&root).join(path);
    match std::fs::read(&file) {
        Ok(bytes) => Some(bytes),
        Err(_) => {
            println!("skipped: {path} is not there");
            None
        }
    }
}

fn json_lines(path: &str) -> Option<Vec<serde_json::Value>> {
    use std::io::Read as _;
    let bytes = shared(path)?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}
