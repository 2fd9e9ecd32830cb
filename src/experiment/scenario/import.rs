//! Files of other programs, turned into scenarios.

pub mod csv;
mod json;
pub mod rt_app;
