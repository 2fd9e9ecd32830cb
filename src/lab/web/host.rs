//! A worker as the place where a process runs.

#![expect(
    unsafe_code,
    reason = "a crash is a real invalid memory access, which safe code cannot make"
)]

use super::{describe, epoch_ms, fetch_blocking, post};
use crate::lab::telemetry::Area;
use crate::lab::work::Host;
use js_sys::Uint32Array;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Messages that are not urgent are at least so far apart, ns.
const REPORT_NS: u64 = 50_000_000;

/// A process in a worker.
#[derive(Debug, Clone)]
pub(super) struct WebHost {
    origin_ms: f64,
    /// When the last message was sent, ns; `None`: the page reads the memory.
    reported_ns: Option<Arc<AtomicU64>>,
}

impl WebHost {
    /// A host whose time is counted from `origin_ms`, ms since 1970.
    pub(super) fn new(origin_ms: f64, page_reads_memory: bool) -> Self {
        Self {
            origin_ms,
            reported_ns: (!page_reads_memory).then(Arc::default),
        }
    }
}

impl Host for WebHost {
    fn now_ns(&self) -> u64 {
        // Before the origin it is 0: the cast saturates.
        ((epoch_ms() - self.origin_ms) * 1e6) as u64
    }

    fn wait(&self, us: u32) {
        std::thread::sleep(Duration::from_micros(u64::from(us)));
    }

    fn fetch(&self) -> Result<u64, String> {
        fetch_blocking()
            .map(|bytes| bytes as u64)
            .map_err(|error| describe(&error))
    }

    fn memory_bytes(&self) -> u64 {
        const PAGE: u64 = 65_536;
        core::arch::wasm32::memory_size::<0>() as u64 * PAGE
    }

    fn report(&self, area: &Area, urgent: bool) {
        let Some(reported_ns) = &self.reported_ns else {
            return;
        };
        let now = self.now_ns();
        if urgent || now.saturating_sub(reported_ns.load(Ordering::Relaxed)) >= REPORT_NS {
            reported_ns.store(now, Ordering::Relaxed);
            // Not shared memory, so there is nothing it could refuse.
            let _ = post("words", &Uint32Array::from(area.copy().as_slice()));
        }
    }

    fn crash(&self) -> ! {
        // The last word of the 4 GiB that an address can name. A memory never
        // grows so far: its limit is set when it is linked.
        let beyond = black_box(usize::MAX - 3) as *const u32;
        // SAFETY: none, on purpose: the engine checks the address, finds it out
        // of bounds and traps. Nothing is read and nothing comes back.
        let word = unsafe { beyond.read_volatile() };
        unreachable!("read {word} beyond the end of the memory")
    }
}
