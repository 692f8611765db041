//! Header fields as text that anybody may send: RFC 7252 §10, RFC 8075 §6.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use coap_codec::http::{Location, accept, elements, etag, max_age, push_conditions, push_location};
use coap_codec::{Code, Message, Options};
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_location_comes_back_in_normal_form(text in "(http:|/|//|/\\.//)?[a-c/?#%&=:.2EF]{0,20}") {
        let mut options = Options::new();
        let is_taken = push_location(&mut options, &text).unwrap();
        prop_assert!(is_taken || options.is_empty());
        let response = Message { options, ..Message::reliable(Code::CREATED) };
        if let Some(location) = Location::of(&response) {
            let location = location.to_string();
            // Never the name of a host.
            prop_assert!(location.starts_with('/') && !location.starts_with("//"));
            let mut again = Options::new();
            prop_assert_eq!(push_location(&mut again, &location), Ok(true));
            prop_assert_eq!(again, response.options);
        }
    }

    #[test]
    fn any_text_is_read(text in "[a-z0-9*/;=,.\" W-]{0,40}") {
        let mut options = Options::new();
        push_conditions(&mut options, Code::GET, &text, &text).unwrap();
        let _ = (max_age(&text, Some(&text)), accept(&text, &text), etag(&text, &mut [0; 8]));
        prop_assert!(elements(&text).all(|element| !element.is_empty() && text.contains(element)));
    }
}
