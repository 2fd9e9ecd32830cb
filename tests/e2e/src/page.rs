//! What a visitor sees and does.

use crate::browser::{Browser, Running};
use crate::host::{Faults, Spoilt};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use thirtyfour::{By, Key, WebDriver, WebElement};

/// How long waiting lasts before a test gives up. Long, because a busy test
/// machine is slow and a passing test never waits for it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How often a condition is asked again: a frame of the page.
pub(crate) const FRAME: Duration = Duration::from_millis(16);

/// The page in a browser.
///
/// Elements are named by their `data-testid`, which may be followed by a CSS
/// selector for something in them: `fault-0 .remove`.
pub struct Page {
    driver: WebDriver,
    running: RefCell<Running>,
    browser: Browser,
    address: String,
    faults: Faults,
    console: RefCell<Vec<String>>,
    loads: Cell<u32>,
    /// Folders that the browser may still read from.
    folders: RefCell<Vec<TempDir>>,
}

impl Page {
    pub(crate) fn new(running: Running, address: String, faults: Faults) -> Self {
        Self {
            driver: running.driver.clone(),
            browser: running.browser,
            running: RefCell::new(running),
            address,
            faults,
            console: RefCell::default(),
            loads: Cell::default(),
            folders: RefCell::default(),
        }
    }

    /// Go to the site; `rest` is appended to its address (`?noisolation#gil=off`).
    /// If nothing but the fragment changes, the page stays and is told later,
    /// as when a visitor edits the address.
    pub async fn open(&self, rest: &str) -> Result<()> {
        let address = format!("{}{rest}", self.address);
        self.driver
            .goto(&address)
            .await
            .with_context(|| format!("cannot open {address}"))
    }

    /// Load the page afresh with an experiment's fragment, and wait until it
    /// is shown.
    pub async fn open_experiment(&self, fragment: &str) -> Result<()> {
        // Another query is another document.
        let load = self.loads.get() + 1;
        self.loads.set(load);
        self.open(&format!("?load={load}#{fragment}")).await?;
        // Firefox's driver may not wait for it, and the document before is idle, too.
        self.wait_for(&format!("location.search === '?load={load}'"))
            .await?;
        self.wait_until_idle().await
    }

    /// Put another experiment into the address of the page that is open, and
    /// wait until it is shown. By script: a driver may load the page again.
    pub async fn change_to(&self, fragment: &str) -> Result<()> {
        let hash = Value::from(format!("#{fragment}"));
        self.eval(&format!("void (location.hash = {hash})")).await?;
        self.shows_fragment(fragment).await
    }

    /// The address's fragment, without the `#`.
    pub async fn fragment(&self) -> Result<String> {
        let hash = self.eval("location.hash.slice(1)").await?;
        Ok(hash.as_str().unwrap_or_default().to_owned())
    }

    /// From the next page on, run this before the page's own scripts. Only
    /// Chromium can.
    pub async fn before_scripts(&self, script: &str) -> Result<()> {
        let method = "Page.addScriptToEvaluateOnNewDocument";
        let arguments = serde_json::json!({ "source": script });
        self.driver.cdp().send_raw(method, arguments).await?;
        Ok(())
    }

    /// The value of a JavaScript expression.
    pub async fn eval(&self, expression: &str) -> Result<Value> {
        let answer = self
            .driver
            .execute(format!("return ({expression});"), Vec::new())
            .await;
        Ok(answer
            .with_context(|| format!("cannot evaluate {expression}"))?
            .json()
            .clone())
    }

    /// Wait until a JavaScript expression is truthy.
    pub async fn wait_for(&self, expression: &str) -> Result<()> {
        self.wait_for_within(PATIENCE, expression).await
    }

    /// The same with another deadline, for what is slow by nature.
    pub async fn wait_for_within(&self, patience: Duration, expression: &str) -> Result<()> {
        let deadline = Instant::now() + patience;
        loop {
            // An error is no answer yet: the page may be loading.
            let last = match self.eval(&format!("!!({expression})")).await {
                Ok(Value::Bool(true)) => return Ok(()),
                Ok(_) => String::new(),
                Err(error) => format!(" ({error:#})"),
            };
            if Instant::now() > deadline {
                bail!("waited {patience:?} in vain for: {expression}{last}");
            }
            tokio::time::sleep(FRAME).await;
        }
    }

    /// Wait until the page says that it has nothing left to work out: no
    /// prediction and no measurement.
    pub async fn wait_until_idle(&self) -> Result<()> {
        self.wait_for(&format!(
            "{}?.dataset.busy === 'false'",
            Self::expression("page")
        ))
        .await
    }

    /// Wait until the element's text contains `part`.
    pub async fn wait_for_text(&self, testid: &str, part: &str) -> Result<()> {
        self.reveal(testid).await?;
        let element = Self::expression(testid);
        let part = Value::from(part);
        self.wait_for(&format!("{element}?.textContent.includes({part})"))
            .await
    }

    /// A JavaScript expression for the element, or null.
    #[must_use]
    pub fn expression(testid: &str) -> String {
        format!("document.querySelector({})", Value::from(css(testid)))
    }

    /// Whether there is such an element now, in its tab.
    pub async fn has(&self, testid: &str) -> Result<bool> {
        self.reveal(testid).await?;
        let found = self
            .eval(&format!("{} !== null", Self::expression(testid)))
            .await?;
        Ok(found == true)
    }

    /// The element, as soon as there is one, in its tab.
    pub async fn element(&self, testid: &str) -> Result<WebElement> {
        self.reveal(testid).await?;
        self.wait_for(&Self::expression(testid)).await?;
        Ok(self.driver.find(By::Css(css(testid))).await?)
    }

    /// The visible text of an element.
    pub async fn text(&self, testid: &str) -> Result<String> {
        Ok(self.element(testid).await?.text().await?)
    }

    /// An attribute of an element.
    pub async fn attribute(&self, testid: &str, name: &str) -> Result<String> {
        self.element(testid)
            .await?
            .attr(name)
            .await?
            .with_context(|| format!("{testid} has no attribute {name}"))
    }

    /// Click an element.
    pub async fn click(&self, testid: &str) -> Result<()> {
        self.element(testid)
            .await?
            .click()
            .await
            .with_context(|| format!("cannot click {testid}"))
    }

    /// Set a slider, field or choice as dragging or typing would, with the
    /// events that the page listens to. A choice is named by its text.
    pub async fn set(&self, testid: &str, value: &str) -> Result<()> {
        let control = self.element(testid).await?.to_json()?;
        let script = "const [control, value] = arguments; control.value = value; \
                      for (const kind of ['input', 'change']) control.dispatchEvent(new Event(kind, { bubbles: true }));";
        self.driver
            .execute(script, vec![control, value.into()])
            .await
            .with_context(|| format!("cannot set {testid} to {value}"))?;
        Ok(())
    }

    /// Press a key with the control focused, as often as asked: how a slider
    /// is moved without a mouse.
    pub async fn press(&self, testid: &str, key: &Key, times: usize) -> Result<()> {
        let control = self.element(testid).await?;
        control.focus().await?;
        for _ in 0..times {
            control
                .send_keys(key.clone())
                .await
                .with_context(|| format!("cannot press a key on {testid}"))?;
        }
        Ok(())
    }

    /// Press a key with nothing focused, as after a click beside all controls.
    pub async fn press_on_page(&self, key: char) -> Result<()> {
        self.driver
            .execute("document.activeElement.blur();", Vec::new())
            .await?;
        self.driver
            .action_chain()
            .key_down(key)
            .key_up(key)
            .perform()
            .await
            .with_context(|| format!("cannot press {key:?} on the page"))
    }

    /// The current value of a control.
    pub async fn value(&self, testid: &str) -> Result<String> {
        self.element(testid)
            .await?
            .value()
            .await?
            .with_context(|| format!("{testid} has no value"))
    }

    /// Save what is visible as a PNG.
    pub async fn screenshot(&self, path: &Path) -> Result<()> {
        self.driver
            .screenshot(path)
            .await
            .with_context(|| format!("cannot save {}", path.display()))
    }

    /// What the console has said since the visit began, a line an entry. Of
    /// Firefox only what it prints, which may come a little late.
    #[expect(
        clippy::await_holding_refcell_ref,
        reason = "one task drives a page, and asks one thing at a time"
    )]
    pub async fn console(&self) -> Result<Vec<String>> {
        let news = self.running.borrow_mut().console().await?;
        let mut console = self.console.borrow_mut();
        console.extend(news);
        Ok(console.clone())
    }

    /// The errors among that.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let mut lines = self.console().await?;
        lines.retain(|line| self.running.borrow().is_error(line));
        Ok(lines)
    }

    /// From now on the host spoils files whose addresses contain this.
    pub fn spoil(&self, file: &str, how: Spoilt) {
        self.faults.add(file, how);
    }

    /// From now on the host does everything right again.
    pub fn mend_host(&self) {
        self.faults.clear();
    }

    /// Keep a folder as long as the page is open.
    pub(crate) fn keep_until_closed(&self, folder: TempDir) {
        self.folders.borrow_mut().push(folder);
    }

    /// Which browser shows it.
    pub fn browser(&self) -> Browser {
        self.browser
    }

    /// The process of the browser's driver, whose descendants are the browser.
    pub(crate) fn driver_process(&self) -> Option<u32> {
        self.running.borrow().driver_process()
    }

    /// The driver itself, for what has no word here.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }
}

fn css(testid: &str) -> String {
    let (testid, inner) = testid.split_once(' ').unwrap_or((testid, ""));
    format!("[data-testid='{testid}'] {inner}")
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::css;

    #[test]
    fn a_testid_may_be_followed_by_a_selector() {
        assert_eq!(css("run"), "[data-testid='run']");
        assert_eq!(css("fault-0 .remove"), "[data-testid='fault-0'] .remove");
    }
}
