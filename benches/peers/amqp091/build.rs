//! Compiles the few lines of C that hand octets to rabbitmq-c.

fn main() {
    println!("cargo:rerun-if-changed=src/rabbitmq.c");
    #[cfg(feature = "rabbitmq-c")]
    {
        cc::Build::new().file("src/rabbitmq.c").opt_level(3).compile("peer_rabbitmq");
        println!("cargo:rustc-link-lib=rabbitmq");
    }
}
