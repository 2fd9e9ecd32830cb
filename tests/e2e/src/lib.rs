//! Drives the built page in a browser, as a visitor would.
//!
//! A test says how the site is hosted and what a visitor does:
//!
//! ```no_run
//! use timeslice_e2e::{Host, visit};
//!
//! visit("sliders-count", Host::isolated(), async |page| {
//!     page.open("").await?;
//!     page.wait_until_idle().await?;
//!     page.set("field-procs", "3").await?;
//!     page.wait_for_text("headline", "4 processes").await
//! });
//! ```
//!
//! `visit_each` does the same in Chromium and in Firefox, one after the other;
//! `visit_together` in both at the same time, where nothing is measured.
//!
//! Each visit has its own server, driver, browser and profile, and tests take
//! turns, so they cannot disturb each other. When one fails, its last view and
//! the browser's console (of Firefox what it prints) are left in `target/e2e/`. Nothing here sleeps for a
//! fixed time: waiting means asking again until a deadline.

mod browser;
mod claims;
mod drawn;
mod editor;
mod files;
mod hands;
mod hidden;
mod host;
mod lab;
mod memory;
mod page;
mod python;
mod screens;
mod shown;
mod sight;
mod tabs;
mod visit;

pub use browser::Browser;
pub use claims::Tried;
pub use drawn::Drawn;
pub use files::Saved;
pub use hands::Place;
pub use host::{Host, Spoilt};
pub use memory::Memory;
pub use page::Page;
pub use python::{PythonRun, python_link};
pub use screens::{SCREENS, SIZES, Screen, THEMES};
pub use sight::Sight;
pub use thirtyfour::Key;
pub use visit::{visit, visit_each, visit_together};
