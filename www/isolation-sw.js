// Shared memory needs an isolated page, and a page is isolated by two headers.
// Some hosts (GitHub Pages) cannot set headers, so this service worker adds
// them to every answer of this site. index.html registers it only where the
// host's own headers are missing.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const sameOrigin = new URL(request.url).origin === self.location.origin;
  // A cached-only request of another mode cannot be fetched again from here.
  const unfetchable = request.cache === "only-if-cached" && request.mode !== "same-origin";
  if (sameOrigin && !unfetchable) event.respondWith(isolated(request));
});

async function isolated(request) {
  const answer = await fetch(request);
  // An opaque answer has status 0: its headers can be neither read nor set.
  if (answer.status === 0) return answer;
  const headers = new Headers(answer.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  const { status, statusText } = answer;
  // These statuses forbid a body, even an empty one.
  const body = [204, 205, 304].includes(status) ? null : answer.body;
  return new Response(body, { status, statusText, headers });
}
