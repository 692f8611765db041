//! Compiles the few lines of C that hand octets to expat.

fn main() {
    println!("cargo:rerun-if-changed=src/expat.c");
    #[cfg(feature = "expat")]
    {
        cc::Build::new().file("src/expat.c").opt_level(3).compile("peer_expat");
        println!("cargo:rustc-link-lib=expat");
    }
}
