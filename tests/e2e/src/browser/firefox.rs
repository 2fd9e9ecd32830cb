//! Firefox as the tests want it. Its driver makes a fresh profile by itself.

use anyhow::Result;
use thirtyfour::common::capabilities::firefox::FirefoxPreferences;
use thirtyfour::{DesiredCapabilities, FirefoxCapabilities};

/// The window's size, which is no argument of a headless Firefox.
pub(super) const ENVIRONMENT: [(&str, &str); 2] = [
    ("MOZ_HEADLESS_WIDTH", "1280"),
    ("MOZ_HEADLESS_HEIGHT", "900"),
];

/// How Firefox begins the lines that it prints of the page's console and of
/// what the page did not catch.
const CONSOLE: [&str; 2] = ["console.", "JavaScript "];

/// Headless; what the page says on its console is printed.
pub(super) fn capabilities() -> Result<FirefoxCapabilities> {
    let mut capabilities = DesiredCapabilities::firefox();
    capabilities.set_headless()?;
    if let Some(program) = std::env::var_os("FIREFOX") {
        capabilities.set_firefox_binary(&program.to_string_lossy())?;
    }
    let mut preferences = FirefoxPreferences::new();
    preferences.set("devtools.console.stdout.content", true)?;
    // Its own complaints are no business of the page's tests.
    preferences.set("devtools.console.stdout.chrome", false)?;
    // Nothing should be fetched but the page under test.
    preferences.set("messaging-system.rsexperimentloader.enabled", false)?;
    preferences.set("app.normandy.enabled", false)?;
    preferences.set("network.captive-portal-service.enabled", false)?;
    preferences.set("network.connectivity-service.enabled", false)?;
    preferences.set("browser.safebrowsing.update.enabled", false)?;
    capabilities.set_preferences(preferences)?;
    Ok(capabilities)
}

/// The lines of the console among those printed.
pub(super) fn console(printed: &[String]) -> Vec<String> {
    let is_console = |line: &&String| CONSOLE.iter().any(|begin| line.starts_with(begin));
    printed.iter().filter(is_console).cloned().collect()
}

/// Whether a line of the console is an error of the page.
pub(super) fn is_error(line: &str) -> bool {
    match line.strip_prefix("console.error: ") {
        // Firefox's own parts say who they are; what a page says is a value:
        // a quoted text or an object.
        Some(said) => {
            let (who, _) = said.split_once(':').unwrap_or_default();
            who.is_empty() || !who.chars().all(char::is_alphanumeric)
        }
        None => line.starts_with("JavaScript error: http"),
    }
}

#[cfg(test)]
mod tests {
    use super::is_error;

    #[test]
    fn the_pages_errors_are_told_from_the_browsers() {
        assert!(is_error("console.error: \"it failed: badly\""));
        assert!(is_error("console.error: (new Error(\"no\", \"x.js\", 1))"));
        assert!(is_error(
            "JavaScript error: http://127.0.0.1:1/a.js, line 1: Error"
        ));
        assert!(!is_error("console.error: RSLoader: "));
        assert!(!is_error("console.warn: \"careful\""));
        assert!(!is_error(
            "JavaScript error: resource://gre/a.mjs, line 1: Error"
        ));
    }
}
