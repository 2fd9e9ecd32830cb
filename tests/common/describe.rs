// Included by the tests that run scenarios and look at what failed.

/// A thread's or a process's name.
fn name_of(run: &Run, who: Subject) -> String {
    match who {
        Subject::Process(process) => run.processes[usize::from(process)].name.clone(),
        Subject::Thread(process, thread) => {
            let mut own = run
                .threads
                .iter()
                .filter(|t| t.process == u32::from(process));
            let found = own.nth(usize::from(thread));
            found.map_or_else(String::new, |thread| thread.name.clone())
        }
    }
}

/// Every failure with its number, its time in µs and its cause; then how each
/// process and its threads ended.
fn describe(run: &Run) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for (index, failure) in run.outcome.failures.iter().enumerate() {
        let us = failure.at_ns as f64 / 1e3;
        let (who, how) = (name_of(run, failure.who), failure.how.phrase());
        let cause = failure.cause.map(|cause| format!(" because of #{cause}"));
        let medium = failure.medium.map(|medium| format!(" {}", medium.phrase()));
        let (cause, medium) = (cause.unwrap_or_default(), medium.unwrap_or_default());
        writeln!(out, "#{index} {us}: {who} {how}{cause}{medium}").unwrap();
    }
    for (index, process) in run.processes.iter().enumerate() {
        let name = &process.name;
        let at = process.ended_ns.map(|ns| format!(" at {}", ns as f64 / 1e3));
        let status = process.ended_ns.map(|_| format!(", status {}", process.status));
        let (at, status) = (at.unwrap_or_default(), status.unwrap_or_default());
        writeln!(out, "{name} {}{at}{status}", process.ended.phrase()).unwrap();
        for thread in run.threads.iter().filter(|t| t.process == index as u32) {
            let how = thread.ended.phrase();
            let at = thread.ended_ns.map(|ns| format!(" at {}", ns as f64 / 1e3));
            writeln!(out, "  {} {how}{}", thread.name, at.unwrap_or_default()).unwrap();
        }
    }
    out
}
