//! Session establishment (RFC 3921 §3), which servers still offer and clients still send.

use crate::ns;

marker! {
    /// `<session/>`.
    Session, ns::SESSION, "session"
}
