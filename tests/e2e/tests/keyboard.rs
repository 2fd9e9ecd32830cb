//! Everything can be reached and used with the keyboard alone, and one sees
//! where one is.

use anyhow::Result;
use serde::Deserialize;
use timeslice_e2e::{Host, Key, Page, SCREENS, Screen, visit_together};

/// Tab is pressed at most so often without coming to anything new: on its way
/// round, the focus passes through the browser's own controls.
const MOST: usize = 60;

/// What has the focus.
#[derive(Debug, Deserialize)]
struct Focused {
    /// Its place among all that can have it; `None`: the document itself.
    index: Option<usize>,
    /// How a person would call it.
    name: String,
    /// Whether one sees that it has the focus.
    seen: bool,
}

/// Numbers all elements that take part in the order of the Tab key, and names
/// them. Elements in closed parts, and the tabs that arrows lead to, do not;
/// of radio buttons of a name, one does.
const NUMBER: &str = r#"(() => {
    const able = 'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]';
    const root = document.querySelector('dialog[open]') ?? document;
    let count = 0;
    const names = [];
    for (const element of root.querySelectorAll(able)) {
        if (element.tabIndex < 0 || element.disabled || element.type === 'hidden') continue;
        if (!element.checkVisibility({ visibilityProperty: true })) continue;
        if (element.type === 'radio' && !element.checked) continue;
        element.dataset.tabOrder = count++;
        names.push(element.dataset.testid ?? element.ariaLabel ?? element.textContent.trim().slice(0, 40));
    }
    return names;
})()"#;

const IN_EDITOR: &str = "document.activeElement?.localName === 'scenario-editor'";

const FOCUSED: &str = r#"(() => {
    const element = document.activeElement;
    if (!element || element === document.body || element === document.documentElement) {
        return { index: null, name: 'the page', seen: true };
    }
    // Where the browser itself would not show it (after a click), the page need not.
    const shows = element.matches(':focus-visible');
    const style = getComputedStyle(element);
    const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    const index = element.dataset.tabOrder === undefined ? null : +element.dataset.tabOrder;
    const name = element.dataset.testid ?? element.ariaLabel ?? element.outerHTML.slice(0, 120);
    return { index, name, seen: !shows || outline || style.boxShadow !== 'none' };
})()"#;

#[test]
fn the_tab_key_reaches_every_control_of_every_screen_and_shows_where_it_is() {
    visit_together("keyboard", Host::isolated(), async |page| {
        let mut complaints = Vec::new();
        for screen in SCREENS {
            page.go_to(screen).await?;
            complaints.extend(walk(page, screen).await?);
        }
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
        Ok(())
    });
}

/// Tabs through a screen. Returns what is wrong with it.
async fn walk(page: &Page, screen: &Screen) -> Result<Vec<String>> {
    let names: Vec<String> = serde_json::from_value(page.eval(NUMBER).await?)?;
    // From the first on: a driver's keys do not bring the focus back from the
    // browser's own controls in Firefox.
    page.eval("document.querySelector('[data-tab-order=\"0\"]').focus()")
        .await?;
    let mut reached = vec![false; names.len()];
    reached[0] = true;
    let mut complaints = Vec::new();
    let mut idle = 0;
    while idle < MOST && !reached.iter().all(|&reached| reached) {
        idle += 1;
        // The editor uses Tab itself; Escape lets go of it, as it says.
        let keys = Key::Escape + "";
        if page.eval(IN_EDITOR).await? == true {
            page.driver()
                .action_chain()
                .send_keys(keys)
                .perform()
                .await?;
        }
        let tab = Key::Tab + "";
        page.driver()
            .action_chain()
            .send_keys(tab)
            .perform()
            .await?;
        let focused: Focused = serde_json::from_value(page.eval(FOCUSED).await?)?;
        if !focused.seen {
            complaints.push(format!("{}: {} shows no focus", screen.name, focused.name));
        }
        if let Some(index) = focused.index
            && !reached[index]
        {
            reached[index] = true;
            idle = 0;
        }
    }
    let missed = names.iter().zip(&reached).filter(|(_, reached)| !**reached);
    complaints.extend(missed.map(|(name, _)| format!("{}: {name} is not reached", screen.name)));
    Ok(complaints)
}
