//! The workload in another process, which takes its own times: it starts once,
//! warms up, and does one round after the other when asked.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A process that answers each line with the milliseconds it took.
pub(crate) struct Guest {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Guest {
    pub(crate) fn start(program: &str, arguments: &[impl AsRef<OsStr>]) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let pipe = || io::Error::other("its pipes are there");
        Ok(Self {
            asks: child.stdin.take().ok_or_else(pipe)?,
            answers: BufReader::new(child.stdout.take().ok_or_else(pipe)?),
            child,
        })
    }

    /// Lets it do the workload with `slices` for each job; how many seconds
    /// each slice took.
    pub(crate) fn seconds_per_slice(&mut self, slices: u32, trace: bool) -> io::Result<f64> {
        writeln!(self.asks, "{slices} {}", u8::from(trace))?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        let milliseconds: f64 = answer.trim().parse().map_err(io::Error::other)?;
        Ok(milliseconds / 1e3 / f64::from(slices * crate::workload::JOBS))
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
