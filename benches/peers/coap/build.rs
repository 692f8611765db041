//! Compiles the few lines of C that hand datagrams to libcoap.

fn main() {
    println!("cargo:rerun-if-changed=src/libcoap.c");
    #[cfg(feature = "libcoap")]
    {
        cc::Build::new().file("src/libcoap.c").opt_level(3).compile("peer_libcoap");
        println!("cargo:rustc-link-lib=coap-3-notls");
    }
}
