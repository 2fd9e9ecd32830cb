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
mod busy;
pub mod claims_table;
pub mod details;
mod headline;
mod lesson;
pub mod place;
pub mod probes_table;
mod program;
mod record;
pub mod start;
mod state;
mod story;
mod table;
pub mod terms;

#[cfg(target_arch = "wasm32")]
mod view;

pub use action::{Action, Effect};
pub use bench::{Bench, Queue, Running, Simulated, Tried};
pub use busy::Busy;
pub use headline::{Verdict, headline};
pub use program::Program;
pub use state::{Kept, Lab, Measured, Predicted, Speed, State};
pub use story::{Story, chains, story};
pub use table::{Row, scheduler_table, table};
#[cfg(target_arch = "wasm32")]
pub use view::mount;
