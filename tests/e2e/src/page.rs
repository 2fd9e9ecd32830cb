//! What a visitor sees and does.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::cell::RefCell;
use std::path::Path;
use std::time::{Duration, Instant};
use thirtyfour::{By, Key, WebDriver, WebElement};

/// How long waiting lasts before a test gives up. Long, because a busy test
/// machine is slow and a passing test never waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a condition is asked again: a frame of the page.
const FRAME: Duration = Duration::from_millis(16);

/// The page in a browser.
///
/// Elements are named in two ways: controls by their `id`, and what is to be
/// read by its `data-testid`.
pub struct Page {
    driver: WebDriver,
    address: String,
    console: RefCell<Vec<String>>,
}

impl Page {
    pub(crate) fn new(driver: WebDriver, address: String) -> Self {
        Self {
            driver,
            address,
            console: RefCell::default(),
        }
    }

    /// Go to the site; `rest` is appended to its address (`?seed=1#T7`).
    pub async fn open(&self, rest: &str) -> Result<()> {
        let address = format!("{}{rest}", self.address);
        self.driver
            .goto(&address)
            .await
            .with_context(|| format!("cannot open {address}"))
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

    /// Wait until the page says that it has nothing left to do:
    /// `<html data-idle="true">`.
    pub async fn wait_until_idle(&self) -> Result<()> {
        self.wait_for("document.documentElement.dataset.idle === 'true'")
            .await
    }

    /// The visible text of the element with this `data-testid`.
    pub async fn text(&self, testid: &str) -> Result<String> {
        let css = format!("[data-testid='{testid}']");
        self.wait_for(&format!("document.querySelector(\"{css}\")"))
            .await?;
        Ok(self.driver.find(By::Css(css)).await?.text().await?)
    }

    /// Click the control with this `id`.
    pub async fn click(&self, id: &str) -> Result<()> {
        self.control(id)
            .await?
            .click()
            .await
            .with_context(|| format!("cannot click #{id}"))
    }

    /// Set a slider, field or choice as dragging or typing would, with the
    /// events that the page listens to.
    pub async fn set(&self, id: &str, value: &str) -> Result<()> {
        let control = self.control(id).await?.to_json()?;
        let script = "const [control, value] = arguments; control.value = value; \
                      for (const kind of ['input', 'change']) control.dispatchEvent(new Event(kind, { bubbles: true }));";
        self.driver
            .execute(script, vec![control, value.into()])
            .await
            .with_context(|| format!("cannot set #{id} to {value}"))?;
        Ok(())
    }

    /// Press a key with the control focused, as often as asked: how a slider
    /// is moved without a mouse.
    pub async fn press(&self, id: &str, key: &Key, times: usize) -> Result<()> {
        let control = self.control(id).await?;
        control.focus().await?;
        for _ in 0..times {
            control
                .send_keys(key.clone())
                .await
                .with_context(|| format!("cannot press a key on #{id}"))?;
        }
        Ok(())
    }

    /// The current value of the control with this `id`.
    pub async fn value(&self, id: &str) -> Result<String> {
        self.control(id)
            .await?
            .value()
            .await?
            .with_context(|| format!("#{id} has no value"))
    }

    async fn control(&self, id: &str) -> Result<WebElement> {
        self.wait_for(&format!("document.getElementById('{id}')"))
            .await?;
        Ok(self.driver.find(By::Id(id.to_owned())).await?)
    }

    /// Save what is visible as a PNG.
    pub async fn screenshot(&self, path: &Path) -> Result<()> {
        self.driver
            .screenshot(path)
            .await
            .with_context(|| format!("cannot save {}", path.display()))
    }

    /// What the console has said since the visit began, a line an entry.
    pub async fn console(&self) -> Result<Vec<String>> {
        let news = self.driver.browser_log().await?; // Asking empties the driver's list.
        let mut console = self.console.borrow_mut();
        console.extend(
            news.into_iter()
                .map(|entry| format!("{} {}", entry.level, entry.message)),
        );
        Ok(console.clone())
    }

    /// The driver itself, for what has no word here.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }
}
