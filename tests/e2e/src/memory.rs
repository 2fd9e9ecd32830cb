//! How much memory the browser uses.

use crate::browser::Browser;
use crate::page::Page;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;

/// The browser's memory at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    /// What the browser's processes have in RAM, all together, bytes. What
    /// they share counts for one of them only where the system can tell.
    pub resident: u64,
    /// The JavaScript heap of the page after a collection, bytes; only
    /// Chromium can tell.
    pub heap: Option<u64>,
    /// Listeners of events on the page; only Chromium can tell.
    pub listeners: Option<u64>,
}

impl Page {
    /// The memory in use now, after what is garbage has been collected (where
    /// the browser lets us).
    pub async fn memory(&self) -> Result<Memory> {
        let mut memory = Memory {
            resident: self.resident().context("the browser's memory is unknown")?,
            ..Memory::default()
        };
        if self.browser() == Browser::Chromium {
            let cdp = self.driver().cdp();
            cdp.send_raw("HeapProfiler.collectGarbage", serde_json::json!({}))
                .await?;
            let heap = cdp
                .send_raw("Runtime.getHeapUsage", serde_json::json!({}))
                .await?;
            let counters = cdp
                .send_raw("Memory.getDOMCounters", serde_json::json!({}))
                .await?;
            memory.heap = heap["usedSize"].as_f64().map(|bytes| bytes as u64);
            memory.listeners = counters["jsEventListeners"].as_u64();
            memory.resident = self.resident().unwrap_or(memory.resident);
        }
        Ok(memory)
    }

    /// The resident memory of the driver's descendants, bytes.
    fn resident(&self) -> Option<u64> {
        let root = self.driver_process()?;
        let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for entry in fs::read_dir("/proc").ok()?.flatten() {
            let Some(id) = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse().ok())
            else {
                continue;
            };
            if let Some(parent) = status(id, "PPid:") {
                let parent = u32::try_from(parent).ok()?;
                children.entry(parent).or_default().push(id);
            }
        }
        let mut sum = 0;
        let mut waiting = children.remove(&root)?;
        while let Some(id) = waiting.pop() {
            // Gone in the meantime, if it has none.
            sum += proportional(id)
                .or_else(|| status(id, "VmRSS:"))
                .unwrap_or(0)
                * 1_024;
            waiting.extend(children.remove(&id).unwrap_or_default());
        }
        Some(sum)
    }
}

/// A number in a process's status.
fn status(id: u32, name: &str) -> Option<u64> {
    number(
        &fs::read_to_string(format!("/proc/{id}/status")).ok()?,
        name,
    )
}

/// KiB in RAM, with a fair share of what is shared.
fn proportional(id: u32) -> Option<u64> {
    number(
        &fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?,
        "Pss:",
    )
}

fn number(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_is_found_by_its_name() {
        let text = "Name:\tbrowser\nPPid:\t12\nVmRSS:\t  3456 kB\n";
        assert_eq!(number(text, "PPid:"), Some(12));
        assert_eq!(number(text, "VmRSS:"), Some(3_456));
        assert_eq!(number(text, "Pss:"), None);
    }
}
