//! Files that the page offers and that visitors bring.

use crate::page::Page;
use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;
use std::fs;

/// A file that the page offered for download.
#[derive(Debug, Deserialize)]
pub struct Saved {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub kind: String,
    /// Its length, bytes.
    pub size: u64,
    /// What is in it, as far as it is text.
    pub text: String,
}

/// Notes what is offered: what each address of a blob stands for, and which of
/// them is clicked as a download.
const CATCH: &str = "(() => {
    if (self.caughtFiles) return;
    self.caughtFiles = [];
    const blobs = new Map();
    const create = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
        const address = create.call(URL, blob);
        blobs.set(address, blob);
        return address;
    };
    const click = HTMLElement.prototype.click;
    HTMLElement.prototype.click = function () {
        if (this instanceof HTMLAnchorElement && this.download) {
            self.caughtFiles.push({ name: this.download, blob: blobs.get(this.href) });
        } else click.call(this);
    };
})()";

const LAST: &str = "const done = arguments[0]; const file = self.caughtFiles.pop(); \
    file.blob.text().then((text) => done({ \
        name: file.name, kind: file.blob.type, size: file.blob.size, text }));";

impl Page {
    /// Click what offers a file, and catch the file.
    pub async fn save(&self, testid: &str) -> Result<Saved> {
        self.eval(CATCH).await?;
        self.click(testid).await?;
        self.wait_for("self.caughtFiles.length > 0").await?;
        let file = self.driver().execute_async(LAST, Vec::new()).await?;
        file.convert()
            .with_context(|| format!("{testid} offers no file"))
    }

    /// Bring a file with this content.
    pub async fn bring(&self, testid: &str, name: &str, content: &str) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(name);
        fs::write(&path, content)?;
        let path = path.to_string_lossy().into_owned();
        self.element(testid).await?.send_keys(path).await?;
        // It is read later than it is chosen.
        self.wait_until_idle().await?;
        self.keep_until_closed(folder);
        Ok(())
    }

    /// The value of a JavaScript promise.
    pub async fn promise(&self, expression: &str) -> Result<Value> {
        let script = format!(
            "const done = arguments[0]; Promise.resolve({expression}).then(done, (e) => done(`${{e}}`));"
        );
        let answer = self.driver().execute_async(script, Vec::new()).await?;
        Ok(answer.json().clone())
    }
}
