//! The commands and their options.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use timeslice::experiment::scenario::Ns;
use timeslice::experiment::scenario::import::Format;

/// Simulates processes and threads: runs, comparisons, sweeps, traces, charts
#[derive(Parser)]
#[command(name = "timeslice", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run a file and print its metrics, its trace or its Gantt chart
    Run(RunArgs),
    /// Run two files and say how they differ
    Compare(CompareArgs),
    /// Run a file many times with some of its values set to others
    Sweep(SweepArgs),
    /// List the scheduling policies with their parameters
    Policies(PoliciesArgs),
    /// Print the JSON Schema of scenario files
    Schema,
}

/// What to set otherwise than the file says.
#[derive(Args, Clone)]
pub(crate) struct Options {
    /// The form of the input [default: by its name, else by its contents]
    #[arg(long, value_enum)]
    pub(crate) format: Option<FileFormat>,
    /// Seed of everything random
    #[arg(long)]
    pub(crate) seed: Option<u32>,
    /// Stop at this time, such as "50 ms"
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Ns>,
    /// Cores of the machine
    #[arg(long)]
    pub(crate) cores: Option<u16>,
    /// Scheduling policy: a name (see `timeslice policies`), or JSON with its
    /// parameters
    #[arg(long, value_name = "NAME|JSON")]
    pub(crate) policy: Option<String>,
    /// Stop after so many events and steps
    #[arg(long, value_name = "N", default_value_t = 100_000_000)]
    pub(crate) max_events: u64,
}

#[derive(Args)]
pub(crate) struct RunArgs {
    /// A scenario, an experiment, a list of jobs, or `-` for standard input
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) options: Options,
    /// Print the whole result as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the trace here; `-` for standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
    /// The form of the trace [default: csv for a name that ends so, else chrome]
    #[arg(long, value_enum, requires = "trace")]
    pub(crate) trace_format: Option<TraceFormat>,
    /// Write a Gantt chart here; `-` for standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) gantt: Option<PathBuf>,
    /// The form of the chart [default: svg for a name that ends so, else text]
    #[arg(long, value_enum, requires = "gantt")]
    pub(crate) gantt_format: Option<GanttFormat>,
    /// Width of the chart [default: 100 columns, or 1000 pixels]
    #[arg(long, requires = "gantt", value_parser = clap::value_parser!(u32).range(40..=20_000))]
    pub(crate) width: Option<u32>,
    /// End with status 1 if the run has one of these
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    pub(crate) fail_on: Vec<FailOn>,
}

#[derive(Args)]
pub(crate) struct CompareArgs {
    /// The first file; `-` for standard input
    pub(crate) a: PathBuf,
    /// The second file
    pub(crate) b: PathBuf,
    #[command(flatten)]
    pub(crate) options: Options,
    /// Print figures and differences as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct SweepArgs {
    /// A scenario, an experiment, a list of jobs, or `-` for standard input
    pub(crate) file: PathBuf,
    /// What to set, and to what: PATH=FROM..TO[:STEP] or PATH=A,B,C; with
    /// several, every combination is run
    #[arg(long, required = true, value_name = "PATH=VALUES")]
    pub(crate) set: Vec<String>,
    #[command(flatten)]
    pub(crate) options: Options,
    /// Print every figure as CSV
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
    /// Print every figure as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct PoliciesArgs {
    /// Print them as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    /// A scenario, an experiment or a list of jobs
    Json,
    /// A table of jobs
    Csv,
    /// A task set of rt-app
    RtApp,
}

impl From<FileFormat> for Format {
    fn from(format: FileFormat) -> Self {
        match format {
            FileFormat::Json => Self::Json,
            FileFormat::Csv => Self::Csv,
            FileFormat::RtApp => Self::RtApp,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceFormat {
    /// Trace event JSON, for Perfetto and speedscope
    Chrome,
    /// A table with a line for each thing that happened
    Csv,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GanttFormat {
    /// A picture
    Svg,
    /// Letters, for a terminal
    Text,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Threads that wait for ever
    Stuck,
    /// A circle of waiting
    Deadlock,
    /// A job that was late
    DeadlineMiss,
    /// Any failure
    Failure,
    /// It did not finish
    Cut,
    /// Updates that were overwritten
    LostUpdate,
    /// Memory that nobody freed
    Leak,
}
