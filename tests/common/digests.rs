// Included by tests/sim.rs and tests/wasm.rs: experiments with the digest of
// their trace under Costs::CPYTHON_LINUX.
fn timeslice_digests() -> &'static [(&'static str, u64)] {
    &[
        ("", 0xdc911a2e573297c5),
        ("procs=4&threads=1", 0xba5b330589b3be29),
        (
            "threads=8&units=200&cpu=500&io=5000&interval=1000",
            0x6c459917b847a072,
        ),
        (
            "procs=3&threads=3&fault=segfault.0.1.u20&fault=hang.2.0.t30000",
            0x96e3ad748ddd8bad,
        ),
    ]
}
