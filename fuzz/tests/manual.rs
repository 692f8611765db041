//! The manuals cite tests: each of them exists, in the file that is named.
#![allow(clippy::unwrap_used, clippy::std_instead_of_core, reason = "a test may fail loudly")]

use std::path::Path;

/// What stands between backticks and looks like `file.rs::name`.
fn cited(manual: &str) -> Vec<(&str, &str)> {
    manual.split('`').skip(1).step_by(2).filter_map(|code| code.split_once(".rs::")).collect()
}

#[test]
fn every_test_that_a_manual_names_exists() {
    for name in ["mqtt-codec", "coap-codec", "amqp-codec", "xmpp-stanza", "smqtt-crypto"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
        let manual = std::fs::read_to_string(folder.join("MANUAL.md")).unwrap();
        let cited = cited(&manual);
        assert!(cited.len() >= 10, "{name} cites {} tests", cited.len());
        for (file, test) in cited {
            let source = std::fs::read_to_string(folder.join(file).with_extension("rs")).unwrap_or_default();
            let function = format!("fn {test}()");
            let position = source.find(&function);
            assert!(position.is_some(), "{name}: {file}.rs has no {function}");
            let before = source.get(..position.unwrap()).unwrap();
            assert!(before.trim_end().ends_with(']') && before.contains("#[test]"), "{name}: {test} is no test");
        }
    }
}
