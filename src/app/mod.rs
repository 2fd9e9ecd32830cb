//! The page. Mental model: a pure core and a thin shell.
//!
//! The core is [`State`], [`Action`] and [`State::reduce`], which returns the
//! [`Effect`]s to perform; with the words of the page ([`headline`], [`table`],
//! [`story`], [`claims_table`], [`details`], [`probes_table`]) it compiles and is tested natively. The shell (`view`, only in
//! the browser) turns events into actions, performs effects, and shows the
//! state. Nothing else touches the DOM.

mod action;
pub mod amount;
mod bench;
mod blast;
mod busy;
pub mod claims_table;
pub mod compare;
pub mod details;
pub mod embed;
mod english;
pub mod exercise;
mod fault_text;
pub mod files;
pub mod gesture;
mod headline;
mod history;
pub mod holds;
pub mod inject;
pub mod jobs;
mod lesson;
pub mod link;
pub mod machine;
mod measuring;
mod memory;
pub mod place;
pub mod probes_table;
pub mod program;
pub mod python;
mod record;
mod reduce;
pub mod start;
mod state;
mod story;
mod table;
mod telling;
pub mod terms;

#[cfg(target_arch = "wasm32")]
mod view;

pub use action::{Action, Effect};
pub use bench::{Bench, Queue, Running, Simulated, Tried};
pub use blast::{Blast, Circle, circles, restarts, short_name, story_of};
pub use busy::Busy;
pub use files::File;
pub use headline::{Verdict, headline};
pub use history::History;
pub use measuring::{Lab, Measured};
pub use memory::{Memory, Part};
pub use program::Program;
pub use python::Python;
pub use state::{Kept, Predicted, Speed, State};
pub use story::{Story, chains, story};
pub use table::{Row, scheduler_table, table};
#[cfg(target_arch = "wasm32")]
pub use view::mount;
