//! A static host for the built site, as simple, as able or as broken as a test
//! wants.

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

const ISOLATION: [(&str, &str); 3] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// How a host answers for a file that it should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoilt {
    /// There is no such file.
    NotFound,
    /// The file is there, but is said to be plain text.
    PlainText,
    /// There is no such file for a script that fetches it; as a module it can
    /// be had.
    NotFetched,
    /// The connection is cut without an answer, as where there is no network.
    Gone,
}

/// What a host gets wrong, by a part of the file's address. Shared: a test may
/// break a host while a page of it is open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Arc<Mutex<Vec<(String, Spoilt)>>>);

impl Faults {
    pub(crate) fn add(&self, file: &str, how: Spoilt) {
        self.list().push((file.to_owned(), how));
    }

    pub(crate) fn clear(&self) {
        self.list().clear();
    }

    fn of(&self, path: &str) -> Option<Spoilt> {
        let list = self.list();
        let hit = list.iter().find(|(file, _)| path.contains(file.as_str()));
        hit.map(|(_, how)| *how)
    }

    fn list(&self) -> std::sync::MutexGuard<'_, Vec<(String, Spoilt)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How the site is hosted.
#[derive(Clone, Debug)]
pub struct Host {
    /// What is served.
    folder: PathBuf,
    isolated: bool,
    compressing: bool,
    path: String,
    faults: Faults,
}

impl Host {
    /// At the root, with the headers that isolate the page.
    pub fn isolated() -> Self {
        Self {
            folder: dist(),
            isolated: true,
            compressing: false,
            path: "/".to_owned(),
            faults: Faults::default(),
        }
    }

    /// At the root, without those headers: like a host that can't set any.
    pub fn plain() -> Self {
        Self {
            isolated: false,
            ..Self::isolated()
        }
    }

    /// The same, but compressing what it sends, as public hosts do.
    #[must_use]
    pub fn compressing(self) -> Self {
        Self {
            compressing: true,
            ..self
        }
    }

    /// The same with another folder than the built site's.
    #[must_use]
    pub fn folder(self, folder: PathBuf) -> Self {
        Self { folder, ..self }
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

    /// The same, but files whose addresses contain this are spoilt.
    #[must_use]
    pub fn spoiling(self, file: &str, how: Spoilt) -> Self {
        self.faults.add(file, how);
        self
    }

    /// Another host just like it, to be broken by itself.
    pub(crate) fn another(&self) -> Self {
        let list = self.faults.list().clone();
        Self {
            faults: Faults(Arc::new(Mutex::new(list))),
            ..self.clone()
        }
    }

    /// What it gets wrong now.
    pub(crate) fn faults(&self) -> Faults {
        self.faults.clone()
    }

    /// Serve until the runtime ends; return the site's address.
    ///
    /// # Errors
    /// If there is no built site or no free port.
    pub async fn serve(&self) -> Result<String> {
        let site = &self.folder;
        ensure!(
            site.join("index.html").is_file(),
            "{} has no page: run `cargo xtask build`",
            site.display()
        );
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .context("no free port")?;
        let address = format!("http://{}{}", listener.local_addr()?, self.path);
        let router = self.router(site);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(address)
    }

    fn router(&self, site: &Path) -> Router {
        let files = ServeDir::new(site);
        let mut router = match self.path.as_str() {
            "/" => Router::new().fallback_service(files),
            path => Router::new().nest_service(path, files),
        };
        let faults = self.faults();
        router = router.layer(from_fn(move |request: Request, next: Next| {
            let made_for = request.headers().get("sec-fetch-dest");
            let is_fetch = made_for.is_some_and(|made_for| made_for == "empty");
            let spoilt = faults.of(request.uri().path());
            let spoilt = spoilt.filter(|&how| how != Spoilt::NotFetched || is_fetch);
            async move { answer(spoilt, request, next).await }
        }));
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
        if self.compressing {
            router = router.layer(CompressionLayer::new());
        }
        router
    }
}

async fn answer(spoilt: Option<Spoilt>, request: Request, next: Next) -> Response {
    if spoilt == Some(Spoilt::Gone) {
        // Ends the connection's task, and says nothing.
        std::panic::resume_unwind(Box::new(()));
    }
    if matches!(spoilt, Some(Spoilt::NotFound | Spoilt::NotFetched)) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = next.run(request).await;
    if spoilt == Some(Spoilt::PlainText) {
        let kind = HeaderValue::from_static("text/plain");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
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
