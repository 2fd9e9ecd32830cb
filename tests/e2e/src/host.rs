//! A static host for the built site, as simple or as able as a test wants.

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use std::path::{Path, PathBuf};
use tokio::net::TcpListener;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

const ISOLATION: [(&str, &str); 3] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// How the site is hosted.
#[derive(Clone, Debug)]
pub struct Host {
    isolated: bool,
    path: String,
}

impl Host {
    /// At the root, with the headers that isolate the page.
    pub fn isolated() -> Self {
        Self {
            isolated: true,
            path: "/".to_owned(),
        }
    }

    /// At the root, without those headers: like a host that can't set any.
    pub fn plain() -> Self {
        Self {
            isolated: false,
            ..Self::isolated()
        }
    }

    /// The same under a path, which starts and ends with `/`.
    #[must_use]
    pub fn under(self, path: &str) -> Self {
        assert!(
            path.starts_with('/') && path.ends_with('/'),
            "{path} must start and end with /"
        );
        Self {
            path: path.to_owned(),
            ..self
        }
    }

    /// Serve until the runtime ends; return the site's address.
    pub(crate) async fn serve(&self) -> Result<String> {
        let site = dist();
        ensure!(
            site.join("index.html").is_file(),
            "{} has no page: run `cargo xtask build`",
            site.display()
        );
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .context("no free port")?;
        let address = format!("http://{}{}", listener.local_addr()?, self.path);
        let router = self.router(&site);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(address)
    }

    fn router(&self, site: &Path) -> Router {
        let files = ServeDir::new(site);
        let mut router = match self.path.as_str() {
            "/" => Router::new().fallback_service(files),
            path => Router::new().nest_service(path, files),
        };
        let no_store = (header::CACHE_CONTROL, "no-store");
        let isolation = ISOLATION.map(|(name, value)| (HeaderName::from_static(name), value));
        let headers = isolation
            .into_iter()
            .filter(|_| self.isolated)
            .chain([no_store]);
        for (name, value) in headers {
            router = router.layer(SetResponseHeaderLayer::overriding(
                name,
                HeaderValue::from_static(value),
            ));
        }
        router
    }
}

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("the crate is in tests/e2e")
        .to_owned()
}

/// The built site: `dist`, unless `TIMESLICE_DIST` names another build.
fn dist() -> PathBuf {
    let chosen = std::env::var_os("TIMESLICE_DIST").map(PathBuf::from);
    chosen.unwrap_or_else(|| root().join("dist"))
}
