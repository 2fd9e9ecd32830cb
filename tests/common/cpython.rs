// Included by tests/sim.rs and tests/cpython.rs: a run on two cores under
// CPython's costs.
fn cpython(change: impl FnOnce(&mut Experiment)) -> (Experiment, Prediction) {
    let mut experiment = Experiment {
        cores: 2,
        processes: 1,
        threads: 1,
        units: 2_000,
        profile: Profile::CPythonLinux,
        ..Experiment::default()
    };
    change(&mut experiment);
    let prediction = predict(&experiment, &Costs::CPYTHON_LINUX).expect("valid");
    (experiment, prediction)
}
