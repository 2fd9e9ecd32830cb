//! What stands on a canvas, as far as one picture must be told from another.

use crate::page::{FRAME, PATIENCE, Page};
use anyhow::{Result, bail};
use serde::Deserialize;
use std::time::Instant;

/// A picture on a canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Drawn {
    /// How many colours it has.
    pub colours: u32,
    /// A digest of all its pixels.
    pub digest: u32,
}

impl Drawn {
    /// Whether there is anything to be seen on it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.colours < 2
    }
}

const READ: &str = "((canvas) => { \
    if (!canvas?.width || !canvas.height) return { colours: 0, digest: 0 }; \
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height); \
    const colours = new Set(); \
    let digest = 2166136261; \
    for (const pixel of new Uint32Array(data.buffer)) { \
        digest = Math.imul(digest ^ pixel, 16777619); \
        colours.add(pixel); \
    } \
    return { colours: colours.size, digest: digest >>> 0 }; })";

impl Page {
    /// What stands on a canvas now.
    pub async fn drawn(&self, testid: &str) -> Result<Drawn> {
        let canvas = Self::expression(testid);
        Ok(serde_json::from_value(
            self.eval(&format!("{READ}({canvas})")).await?,
        )?)
    }

    /// What stands on a canvas as soon as it is such a picture.
    pub async fn drawn_when(&self, testid: &str, such: impl Fn(&Drawn) -> bool) -> Result<Drawn> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let drawn = self.drawn(testid).await?;
            if such(&drawn) {
                return Ok(drawn);
            }
            if Instant::now() > deadline {
                bail!("waited {PATIENCE:?} in vain for another picture on {testid} than {drawn:?}");
            }
            tokio::time::sleep(FRAME).await;
        }
    }
}
