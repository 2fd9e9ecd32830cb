//! Hiding the page, as when the visitor looks at another tab.

use crate::page::Page;
use anyhow::Result;

/// The page then believes it is hidden, or not. What a browser without a
/// window does with tabs differs from browser to browser, so it is only told.
const BELIEVE: &str = "(state) => { \
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state }); \
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => state === 'hidden' }); \
    document.dispatchEvent(new Event('visibilitychange')); }";

impl Page {
    /// Hide the page from now on.
    pub async fn hide(&self) -> Result<()> {
        self.eval(&format!("void ({BELIEVE})('hidden')")).await?;
        Ok(())
    }

    /// Show it again.
    pub async fn unhide(&self) -> Result<()> {
        self.eval(&format!("void ({BELIEVE})('visible')")).await?;
        Ok(())
    }
}
