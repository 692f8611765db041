//! Content formats: a number for a media type with its parameters and a content coding (RFC 7252 §12.3).

use core::fmt;

/// The value of Content-Format and Accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentFormat(pub u16);

impl ContentFormat {
    /// `text/plain; charset=utf-8`.
    pub const TEXT_PLAIN: Self = Self(0);
    /// `application/link-format` (RFC 6690).
    pub const LINK_FORMAT: Self = Self(40);
    /// `application/xml`.
    pub const XML: Self = Self(41);
    /// `application/octet-stream`.
    pub const OCTET_STREAM: Self = Self(42);
    /// `application/json`.
    pub const JSON: Self = Self(50);
    /// `application/cbor`.
    pub const CBOR: Self = Self(60);
    /// `application/senml+cbor`.
    pub const SENML_CBOR: Self = Self(112);
    /// `application/concise-problem-details+cbor` (RFC 9290).
    pub const PROBLEM_DETAILS: Self = Self(257);
    /// `application/missing-blocks+cbor-seq` (RFC 9177 §5).
    pub const MISSING_BLOCKS: Self = Self(272);

    /// The registry's entry.
    #[must_use]
    pub fn info(self) -> Option<&'static ContentFormatInfo> {
        let place = CONTENT_FORMATS.binary_search_by_key(&self.0, |info| info.id).ok()?;
        CONTENT_FORMATS.get(place)
    }

    /// The media type with its parameters.
    #[must_use]
    pub fn media_type(self) -> Option<&'static str> {
        self.info().map(|info| info.media_type)
    }

    /// The format of a media type with parameters and a content coding (`""` for none), as the registry writes them; upper and
    /// lower case do not count, nor do blanks around `;`.
    #[must_use]
    pub fn from_media_type(media_type: &str, coding: &str) -> Option<Self> {
        let same = |info: &&ContentFormatInfo| {
            same_media_type(info.media_type, media_type) && info.coding.eq_ignore_ascii_case(coding)
        };
        CONTENT_FORMATS.iter().find(same).map(|info| Self(info.id))
    }
}

impl fmt::Display for ContentFormat {
    /// The media type and the coding, or the number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.info() {
            Some(info) if info.coding.is_empty() => f.write_str(info.media_type),
            Some(info) => write!(f, "{} ({})", info.media_type, info.coding),
            None => self.0.fmt(f),
        }
    }
}

/// Compares part by part between the `;`.
fn same_media_type(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.split(';').map(str::trim), b.split(';').map(str::trim));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a.eq_ignore_ascii_case(b) => {}
            _ => return false,
        }
    }
}

/// An entry of the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentFormatInfo {
    /// The number.
    pub id: u16,
    /// The media type with its parameters.
    pub media_type: &'static str,
    /// The content coding; empty for none.
    pub coding: &'static str,
}

const fn f(id: u16, media_type: &'static str) -> ContentFormatInfo {
    ContentFormatInfo { id, media_type, coding: "" }
}

const fn coded(id: u16, media_type: &'static str, coding: &'static str) -> ContentFormatInfo {
    ContentFormatInfo { id, media_type, coding }
}

/// Every registered content format, in numeric order.
pub const CONTENT_FORMATS: &[ContentFormatInfo] = &[
    f(0, "text/plain; charset=utf-8"),
    f(16, "application/cose; cose-type=\"cose-encrypt0\""),
    f(17, "application/cose; cose-type=\"cose-mac0\""),
    f(18, "application/cose; cose-type=\"cose-sign1\""),
    f(19, "application/ace+cbor"),
    f(21, "image/gif"),
    f(22, "image/jpeg"),
    f(23, "image/png"),
    f(40, "application/link-format"),
    f(41, "application/xml"),
    f(42, "application/octet-stream"),
    f(47, "application/exi"),
    f(50, "application/json"),
    f(51, "application/json-patch+json"),
    f(52, "application/merge-patch+json"),
    f(60, "application/cbor"),
    f(61, "application/cwt"),
    f(62, "application/multipart-core"),
    f(63, "application/cbor-seq"),
    f(64, "application/edhoc+cbor-seq"),
    f(65, "application/cid-edhoc+cbor-seq"),
    f(96, "application/cose; cose-type=\"cose-encrypt\""),
    f(97, "application/cose; cose-type=\"cose-mac\""),
    f(98, "application/cose; cose-type=\"cose-sign\""),
    f(101, "application/cose-key"),
    f(102, "application/cose-key-set"),
    f(110, "application/senml+json"),
    f(111, "application/sensml+json"),
    f(112, "application/senml+cbor"),
    f(113, "application/sensml+cbor"),
    f(114, "application/senml-exi"),
    f(115, "application/sensml-exi"),
    f(140, "application/yang-data+cbor; id=sid"),
    f(256, "application/coap-group+json"),
    f(257, "application/concise-problem-details+cbor"),
    f(258, "application/swid+cbor"),
    f(259, "application/pkixcmp"),
    f(260, "application/yang-sid+json"),
    f(261, "application/ace-groupcomm+cbor"),
    f(262, "application/ace-trl+cbor"),
    f(263, "application/eat+cwt"),
    f(264, "application/eat+jwt"),
    f(265, "application/eat-bun+cbor"),
    f(266, "application/eat-bun+json"),
    f(267, "application/eat-ucs+cbor"),
    f(268, "application/eat-ucs+json"),
    f(269, "application/coap-eap"),
    f(270, "application/suit-report+cose"),
    f(271, "application/dots+cbor"),
    f(272, "application/missing-blocks+cbor-seq"),
    f(273, "application/cmw+cbor"),
    f(274, "application/cmw+json"),
    f(275, "application/cmw+cose"),
    f(276, "application/cmw+jws"),
    f(277, "application/scitt-statement+cose"),
    f(278, "application/scitt-receipt+cose"),
    f(279, "application/statuslist+cwt"),
    f(280, "application/pkcs7-mime; smime-type=server-generated-key"),
    f(281, "application/pkcs7-mime; smime-type=certs-only"),
    f(284, "application/pkcs8"),
    f(285, "application/csrattrs"),
    f(286, "application/pkcs10"),
    f(287, "application/pkix-cert"),
    f(290, "application/aif+cbor"),
    f(291, "application/aif+json"),
    f(292, "application/aif+cbor;toid=CRI-local-part"),
    f(293, "application/sd-cwt"),
    f(294, "application/kb+cwt"),
    f(295, "application/measured-component+cbor"),
    f(296, "application/measured-component+json"),
    f(297, "application/aif+cbor;toid=oscore-gname;tperm=oscore-gperm"),
    f(298, "application/aif+json;toid=oscore-gname;tperm=oscore-gperm"),
    f(299, "application/cose-c509-cert+cbor"),
    f(300, "application/cose-c509+cbor"),
    f(301, "application/cose-c509+cbor;usage=chain"),
    f(302, "application/cose-c509-pkcs10+cbor"),
    f(303, "application/cose-c509-crtemplate+cbor"),
    f(304, "application/cose-c509-privkey+cbor"),
    f(305, "application/cose-c509-pem+cbor"),
    f(306, "application/cose-certhash+cbor"),
    f(307, "application/cose-certhash+cbor;usage=c509"),
    f(310, "application/senml+xml"),
    f(311, "application/sensml+xml"),
    f(320, "application/senml-etch+json"),
    f(322, "application/senml-etch+cbor"),
    f(340, "application/yang-data+cbor"),
    f(341, "application/yang-data+cbor; id=name"),
    f(432, "application/td+json"),
    f(433, "application/tm+json"),
    f(434, "application/sdf+json"),
    f(553, "application/dns-message"),
    f(601, "application/uccs+cbor"),
    f(836, "application/voucher+cose"),
    f(10000, "application/vnd.ocf+cbor"),
    f(10001, "application/oscore"),
    f(10002, "application/javascript"),
    f(10003, "application/eat+cwt; eat_profile=\"tag:psacertified.org,2023:psa#tfm\""),
    f(10004, "application/eat+cwt; eat_profile=\"tag:psacertified.org,2019:psa#legacy\""),
    f(10005, "application/eat+cwt; eat_profile=2.16.840.1.113741.1.16.1"),
    f(10006, "application/vnd.oms.cellular-cose-content+cbor"),
    f(10007, "application/syslog-msg"),
    f(10570, "application/toc+cbor"),
    f(10571, "application/ce+cbor"),
    f(10572, "application/toc+cbor;profile=2.16.840.1.113741.1.16.1"),
    f(10573, "application/ce+cbor;profile=2.16.840.1.113741.1.16.1"),
    coded(11050, "application/json", "deflate"),
    coded(11060, "application/cbor", "deflate"),
    f(11542, "application/vnd.oma.lwm2m+tlv"),
    f(11543, "application/vnd.oma.lwm2m+json"),
    f(11544, "application/vnd.oma.lwm2m+cbor"),
    coded(12000, "text/plain;charset=utf-8", "zstd"),
    coded(12041, "application/xml", "zstd"),
    coded(12050, "application/json", "zstd"),
    f(20000, "text/css"),
    f(20001, "application/vnd.as207960.vas.config+jer"),
    f(20002, "application/vnd.as207960.vas.config+uper"),
    f(20003, "application/vnd.as207960.vas.tap+jer"),
    f(20004, "application/vnd.as207960.vas.tap+uper"),
    f(30000, "image/svg+xml"),
];
