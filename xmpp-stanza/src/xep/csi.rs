//! Client state indication (XEP-0352): nonzas.

use crate::ns;

marker! {
    /// The user looks at the client.
    Active, ns::CSI, "active"
}
marker! {
    /// The user looks elsewhere.
    Inactive, ns::CSI, "inactive"
}
marker! {
    /// The stream feature.
    Feature, ns::CSI, "csi"
}
