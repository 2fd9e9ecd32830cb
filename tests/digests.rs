// Included by tests/sim.rs and tests/wasm.rs: experiments with the digest of
// their trace under Costs::CPYTHON_LINUX.
fn timeslice_digests() -> &'static [(&'static str, u64)] {
    &[
        ("", 0x2583233f1062e4fb),
        ("procs=4&threads=1", 0xba5b330589b3be29),
        (
            "threads=8&units=200&cpu=500&io=5000&interval=1000",
            0x8c78c4eb8dbdacd7,
        ),
        (
            "procs=3&threads=3&fault=segfault.0.1.u20&fault=hang.2.0.t30000",
            0x8f6a59824559e27b,
        ),
    ]
}
