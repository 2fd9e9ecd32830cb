//! What people with a keyboard, a screen reader, a small screen or little
//! contrast need, on every screen, light and dark, wide and narrow.

use anyhow::Result;
use timeslice_e2e::{Host, Page, SCREENS, SIZES, Screen, THEMES, visit};

/// The rules of axe-core, an accessibility checker (see `vendor/`).
const AXE: &str = include_str!("../vendor/axe.min.js");

#[test]
fn no_screen_breaks_a_rule_of_accessibility() {
    visit("accessible", Host::isolated(), async |page| {
        let mut broken = Vec::new();
        for screen in SCREENS {
            for size in [SIZES[0], SIZES[2]] {
                page.resize(size).await?;
                page.go_to(screen).await?;
                page.driver().execute(AXE, Vec::new()).await?;
                for theme in THEMES {
                    page.choose_theme(theme).await?;
                    for violation in violations(page).await? {
                        broken.push(format!("{} {size:?} {theme}: {violation}", screen.name));
                    }
                }
                broken.extend(overflow(page, screen, size).await?);
            }
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
        Ok(())
    });
}

/// What axe finds wrong, a line each.
async fn violations(page: &Page) -> Result<Vec<String>> {
    // Colours that are on their way to others would be measured half-way. What is
    // folded away stays on its way for ever.
    let script = "const done = arguments[0]; \
        const seen = document.getAnimations().filter((a) => a.effect.target.checkVisibility()); \
        Promise.all(seen.map((a) => a.finished.catch(() => {}))) \
        .then(() => axe.run(document, { resultTypes: ['violations'] })) \
        .then((found) => done(found.violations.flatMap((rule) => rule.nodes.map((node) => \
            `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary.replaceAll('\\n', ' ')}`)))) \
        .catch((error) => done([`axe failed: ${error}`]));";
    let found = page.driver().execute_async(script, Vec::new()).await?;
    Ok(found.convert()?)
}

/// What makes the page wider than its view.
async fn overflow(page: &Page, screen: &Screen, size: (u32, u32)) -> Result<Option<String>> {
    let wide = page.eval("document.documentElement.scrollWidth").await?;
    let too_wide = wide.as_u64().is_none_or(|wide| wide > u64::from(size.0));
    Ok(too_wide.then(|| format!("{} {size:?}: is {wide} px wide", screen.name)))
}
