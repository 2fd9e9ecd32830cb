//! The page's HTML. Its security policy allows no script in it, so what trunk
//! has written there goes into files.

use anyhow::{Context, Result, bail};

/// What loads a served page anew, from `www/`.
pub(super) const RELOAD: &str = "reload.js";

/// A page and what was taken out of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) html: String,
    /// Names and texts.
    pub(super) scripts: Vec<(String, String)>,
    /// Whether trunk serves it for development.
    pub(super) is_served: bool,
}

/// Puts a reference in the place of every script that stands in the page: the
/// one that starts it, and, while serving, the one that loads it anew.
pub(super) fn without_inline_scripts(html: &str) -> Result<Page> {
    let mut page = Page {
        html: String::with_capacity(html.len()),
        scripts: Vec::new(),
        is_served: false,
    };
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        let tag_end = start
            + rest[start..]
                .find('>')
                .context("a script tag without an end")?
            + 1;
        let end = tag_end
            + rest[tag_end..]
                .find("</script>")
                .context("a script without an end")?;
        let (tag, text) = (&rest[start..tag_end], rest[tag_end..end].trim());
        page.html.push_str(&rest[..start]);
        rest = &rest[end + "</script>".len()..];
        if text.is_empty() {
            page.html.push_str(tag);
            page.html.push_str("</script>");
        } else if text.contains("TrunkApplicationStarted") {
            let digest = super::digest(text.as_bytes());
            let name = format!("boot-{digest}.js");
            page.html.push_str(&format!(
                "<script type=\"module\" src=\"./{name}\"></script>"
            ));
            page.scripts.push((name, format!("{text}\n")));
        } else if text.contains(".well-known/trunk/ws") {
            page.html
                .push_str(&format!("<script src=\"./{RELOAD}\"></script>"));
            page.is_served = true;
        } else {
            bail!("the page's security policy forbids this script: {text}");
        }
    }
    page.html.push_str(rest);
    Ok(page)
}

/// The page with the mark that lets it be kept for visits without a network.
pub(super) fn kept_offline(html: &str) -> Result<String> {
    let tag = "<script src=\"isolation.js\">";
    if !html.contains(tag) {
        bail!("index.html must contain {tag}");
    }
    Ok(html.replace(tag, "<script src=\"isolation.js\" data-offline>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "<script type=\"module\">\nimport init from './a.js';\n\
                         dispatchEvent(new CustomEvent(\"TrunkApplicationStarted\"));\n</script>";

    #[test]
    fn scripts_go_into_files() {
        let html = format!("<head><script src=\"isolation.js\"></script>{START}</head>");
        let page = without_inline_scripts(&html).unwrap();
        let [(name, text)] = page.scripts.as_slice() else {
            panic!("{page:?}");
        };
        assert!(text.starts_with("import init"), "{text}");
        let expected = format!(
            "<head><script src=\"isolation.js\"></script>\
             <script type=\"module\" src=\"./{name}\"></script></head>"
        );
        assert_eq!((page.html, page.is_served), (expected, false));
    }

    #[test]
    fn a_served_page_is_told_by_the_script_that_reloads_it() {
        let html = format!("{START}<script>'.well-known/trunk/ws'</script>");
        let page = without_inline_scripts(&html).unwrap();
        assert!(page.is_served);
        assert!(page.html.ends_with("<script src=\"./reload.js\"></script>"));
    }

    #[test]
    fn any_other_script_is_refused() {
        assert!(without_inline_scripts("<script>alert(1)</script>").is_err());
    }

    #[test]
    fn only_a_page_that_registers_the_worker_can_be_kept() {
        assert_eq!(
            kept_offline("<script src=\"isolation.js\"></script>").unwrap(),
            "<script src=\"isolation.js\" data-offline></script>"
        );
        assert!(kept_offline("").is_err());
    }
}
