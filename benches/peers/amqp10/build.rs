//! Compiles the few lines of C that hand octets to qpid-proton.

fn main() {
    println!("cargo:rerun-if-changed=src/proton.c");
    #[cfg(feature = "proton")]
    {
        cc::Build::new().file("src/proton.c").opt_level(3).compile("peer_proton");
        println!("cargo:rustc-link-lib=qpid-proton");
    }
}
