//! The numbers of an experiment as a table: sliders, links and validation all
//! read their ranges here, so they cannot disagree.

use super::Experiment;

/// A number of an [`Experiment`] that a visitor can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// [`Experiment::cores`]
    Cores,
    /// [`Experiment::processes`]
    Processes,
    /// [`Experiment::threads`]
    Threads,
    /// [`Experiment::switch_interval_us`]
    SwitchInterval,
    /// [`Experiment::slice_us`]
    Slice,
    /// [`Experiment::units`]
    Units,
    /// [`Experiment::cpu_us`]
    CpuPerUnit,
    /// [`Experiment::io_us`]
    IoPerUnit,
    /// [`Experiment::seed`]
    Seed,
}

/// How a slider spreads the range over its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Every value is a stop.
    Linear,
    /// The stops are 1, 2, 5, 10, 20, 50 ... within the range (and 0 if it is).
    OneTwoFive,
    /// No slider: a number field.
    Exact,
}

/// What there is to know about a [`Field`].
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    /// Short name in links.
    pub key: &'static str,
    /// Name on the page.
    pub label: &'static str,
    /// Unit of the stored value, in the singular; empty for a mere count.
    pub unit: &'static str,
    /// Smallest allowed value.
    pub min: u32,
    /// Largest allowed value.
    pub max: u32,
    /// How a slider spreads it.
    pub scale: Scale,
    /// One sentence that says what it is.
    pub help: &'static str,
}

impl Field {
    /// All of them, in the order the page shows them.
    pub const ALL: [Self; 9] = [
        Self::Cores,
        Self::Processes,
        Self::Threads,
        Self::SwitchInterval,
        Self::Slice,
        Self::Units,
        Self::CpuPerUnit,
        Self::IoPerUnit,
        Self::Seed,
    ];

    /// Range, names and help of this field.
    #[must_use]
    pub fn spec(self) -> &'static FieldSpec {
        match self {
            Self::Cores => &FieldSpec {
                key: "cores",
                label: "Cores",
                unit: "",
                min: 1,
                max: 64,
                scale: Scale::Linear,
                help: "How many threads the simulated machine can run at the same instant.",
            },
            Self::Processes => &FieldSpec {
                key: "procs",
                label: "Processes",
                unit: "",
                min: 1,
                max: 64,
                scale: Scale::Linear,
                help: "Each has a heap, and a GIL, of its own.",
            },
            Self::Threads => &FieldSpec {
                key: "threads",
                label: "Threads per process",
                unit: "",
                min: 1,
                max: 64,
                scale: Scale::Linear,
                help: "Threads of one process share its heap and its GIL.",
            },
            Self::SwitchInterval => &FieldSpec {
                key: "interval",
                label: "Switch interval",
                unit: "µs",
                min: 1,
                max: 100_000,
                scale: Scale::OneTwoFive,
                help: "How long a thread waits for the GIL before it asks the holder to let go.",
            },
            Self::Slice => &FieldSpec {
                key: "slice",
                label: "Time slice",
                unit: "µs",
                min: 100,
                max: 100_000,
                scale: Scale::OneTwoFive,
                help: "How long a thread keeps a core while others are ready.",
            },
            Self::Units => &FieldSpec {
                key: "units",
                label: "Units of work",
                unit: "",
                min: 1,
                max: 20_000,
                scale: Scale::OneTwoFive,
                help: "The whole job, dealt out evenly over all threads.",
            },
            Self::CpuPerUnit => &FieldSpec {
                key: "cpu",
                label: "CPU per unit",
                unit: "µs",
                min: 100,
                max: 50_000,
                scale: Scale::OneTwoFive,
                help: "How long each unit computes.",
            },
            Self::IoPerUnit => &FieldSpec {
                key: "io",
                label: "I/O wait per unit",
                unit: "µs",
                min: 0,
                max: 100_000,
                scale: Scale::OneTwoFive,
                help: "How long each unit then waits, off the core and without the GIL.",
            },
            Self::Seed => &FieldSpec {
                key: "seed",
                label: "Seed",
                unit: "",
                min: 0,
                max: u32::MAX,
                scale: Scale::Exact,
                help: "Same seed, same prediction, to the last nanosecond.",
            },
        }
    }

    /// The field with this short name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.spec().key == key)
    }

    /// Its value in `experiment`.
    #[must_use]
    pub fn get(self, experiment: &Experiment) -> u32 {
        match self {
            Self::Cores => u32::from(experiment.cores),
            Self::Processes => u32::from(experiment.processes),
            Self::Threads => u32::from(experiment.threads),
            Self::SwitchInterval => experiment.switch_interval_us,
            Self::Slice => experiment.slice_us,
            Self::Units => experiment.units,
            Self::CpuPerUnit => experiment.cpu_us,
            Self::IoPerUnit => experiment.io_us,
            Self::Seed => experiment.seed,
        }
    }

    /// Puts `value` into `experiment` as it is; [`Experiment::validate`] says
    /// whether it may stay. Values beyond the stored type's width saturate.
    pub fn set(self, experiment: &mut Experiment, value: u32) {
        let narrow = u16::try_from(value).unwrap_or(u16::MAX);
        match self {
            Self::Cores => experiment.cores = narrow,
            Self::Processes => experiment.processes = narrow,
            Self::Threads => experiment.threads = narrow,
            Self::SwitchInterval => experiment.switch_interval_us = value,
            Self::Slice => experiment.slice_us = value,
            Self::Units => experiment.units = value,
            Self::CpuPerUnit => experiment.cpu_us = value,
            Self::IoPerUnit => experiment.io_us = value,
            Self::Seed => experiment.seed = value,
        }
    }
}

impl FieldSpec {
    /// The values a slider stops at, ascending. Empty for [`Scale::Exact`].
    #[must_use]
    pub fn stops(&self) -> Vec<u32> {
        match self.scale {
            Scale::Linear => (self.min..=self.max).collect(),
            Scale::Exact => Vec::new(),
            Scale::OneTwoFive => {
                let mut stops = Vec::new();
                if self.min == 0 {
                    stops.push(0);
                }
                let mut decade: u32 = 1;
                while decade <= self.max {
                    for digit in [1, 2, 5] {
                        let value = digit * decade;
                        if (self.min..=self.max).contains(&value) {
                            stops.push(value);
                        }
                    }
                    decade *= 10;
                }
                stops
            }
        }
    }

    /// Index of the stop nearest to `value` from below, or the first.
    #[must_use]
    pub fn stop_of(&self, value: u32) -> usize {
        self.stops()
            .partition_point(|&stop| stop <= value)
            .saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_span_each_range() {
        for field in Field::ALL {
            let spec = field.spec();
            let stops = spec.stops();
            if spec.scale == Scale::Exact {
                assert!(stops.is_empty());
                continue;
            }
            assert_eq!(stops.first(), Some(&spec.min), "{field:?}");
            assert_eq!(stops.last(), Some(&spec.max), "{field:?}");
            assert!(stops.is_sorted_by(|a, b| a < b), "{field:?}");
            for (index, &stop) in stops.iter().enumerate() {
                assert_eq!(spec.stop_of(stop), index, "{field:?} {stop}");
            }
        }
    }

    #[test]
    fn get_returns_what_set_put_in() {
        for field in Field::ALL {
            let mut experiment = Experiment::default();
            field.set(&mut experiment, field.spec().max);
            assert_eq!(field.get(&experiment), field.spec().max, "{field:?}");
            assert_eq!(Field::from_key(field.spec().key), Some(field));
        }
    }
}
