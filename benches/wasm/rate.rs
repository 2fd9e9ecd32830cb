//! The workload as web assembly: its host takes the time.
#![cfg(target_arch = "wasm32")]

#[path = "../sim/workload.rs"]
mod workload;

/// Runs the workload with `slices` for each job and returns how many slices it
/// took in all.
#[allow(unsafe_code, reason = "a name for the host to call it by")]
#[unsafe(no_mangle)]
pub extern "C" fn slices(slices: u32, trace: u32) -> u32 {
    workload::simulate(&workload::round_robin(slices), slices, trace != 0) as u32
}
