//! The page. Mental model: a pure core and a thin shell.
//!
//! The core is [`State`], [`Action`] and [`State::reduce`], which returns the
//! [`Effect`]s to perform; with the words of the page ([`headline`], [`table`],
//! [`story`]) it compiles and is tested natively. The shell (`view`, only in
//! the browser) turns events into actions, performs effects, and shows the
//! state. Nothing else touches the DOM.

mod action;
mod bench;
mod headline;
mod state;
mod story;
mod table;

#[cfg(target_arch = "wasm32")]
mod view;

pub use action::{Action, Effect};
pub use bench::{Bench, Running};
pub use headline::{Verdict, headline};
pub use state::{Lab, Measured, Predicted, Speed, State};
pub use story::{Story, story};
pub use table::{Row, scheduler_table, table};
#[cfg(target_arch = "wasm32")]
pub use view::mount;
