// The site's service worker. It does two things.
//
// Shared memory needs an isolated page, and a page is isolated by two headers.
// Some hosts (GitHub Pages) cannot set headers, so it adds them to every answer
// of this site.
//
// And it keeps the built site for visits without a network. Each version has a
// cache of its own, filled as a whole from files whose digests are checked, and
// answers come from it only when it is complete: no page is ever made of two
// versions. A new version is a changed copy of this script: the browser finds it
// at a visit, it fills its cache in the background, and the next visit gets it.
//
// Large files that few visitors need (Python) are not fetched with the others, but
// kept when they are first loaded. A new version takes over those that are its, too.
//
// On localhost the network comes first: whoever develops sees what was built
// last, never what is kept.

// Path: digest. Put in by `cargo xtask finish`; while serving for development
// there is nothing to keep.
const FILES = null;
const LATER = null;
const VERSION = "";

const HOME = self.registration.scope;
// Other sites may share the origin, so the name says which one this is.
const OURS = `timeslice ${new URL(HOME).pathname} `;
const CACHE = OURS + VERSION;
const LOCAL = ["localhost", "127.0.0.1", "[::1]"].includes(self.location.hostname);

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  // It is tried again at the next visit; until then the page needs its network.
  if (event.data === "keep") event.waitUntil(keep().then(sweep).catch(() => {}));
  // The page has loaded some of the later files, perhaps before this worker came
  // between it and the network.
  if (event.data === "keep later") event.waitUntil(keepLater().catch(() => {}));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const sameOrigin = new URL(request.url).origin === self.location.origin;
  // A cached-only request of another mode cannot be fetched again from here.
  const unfetchable = request.cache === "only-if-cached" && request.mode !== "same-origin";
  if (sameOrigin && !unfetchable) event.respondWith(answer(event));
});

async function install() {
  // A page may wait to be isolated, so the first worker is ready at once and
  // fills its cache when it is told to. A later one replaces its predecessor
  // only when all is there.
  if (self.registration.active) await keep();
  await self.skipWaiting();
}

async function activate() {
  if (FILES === null || (await isComplete())) await sweep();
  await self.clients.claim();
}

async function keep() {
  if (FILES === null || (await isComplete())) return;
  const cache = await caches.open(CACHE);
  const add = async (path) => {
    const url = new URL(path, HOME).href;
    if (await cache.match(url)) return;
    const response = await fetch(url, { cache: "no-cache", integrity: FILES[path] });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    await cache.put(url, response);
  };
  const rest = Object.keys(FILES).filter((path) => path !== "./");
  await Promise.all(rest.map(add));
  // Without them it is complete, too: they can be loaded again.
  await carryOver().catch(() => {});
  // The page itself last: where it is, all is.
  await add("./");
}

// Takes over what older versions have kept of this one's later files. Their
// folders are named by what is in them, so the same address is the same file.
async function carryOver() {
  const names = await caches.keys();
  for (const name of names.filter((name) => name.startsWith(OURS) && name !== CACHE)) {
    const old = await caches.open(name);
    for (const path of Object.keys(LATER)) {
      const url = new URL(path, HOME).href;
      const kept = await old.match(url, { ignoreVary: true });
      if (kept) await keepChecked(url, kept);
    }
  }
}

async function keepLater() {
  if (FILES === null) return;
  const cache = await caches.open(CACHE);
  const add = async (path) => {
    const url = new URL(path, HOME).href;
    if (pending.has(url)) return pending.get(url);
    if (await cache.match(url, { ignoreVary: true })) return;
    await keepChecked(url, await fetch(url, { cache: "no-cache" }));
  };
  await Promise.all(Object.keys(LATER).map(add));
}

// Addresses of later files that are being kept, with what to wait for.
const pending = new Map();

// Keeps a later file if it is whole and right. The page has it already, piece by
// piece as it came: a check before that would hide how far the loading is.
function keepChecked(url, response) {
  const keeping = (async () => {
    const { status, headers } = response;
    if (status !== 200) throw new Error(`${url}: ${status}`);
    const bytes = await response.arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    if (`sha256-${btoa(String.fromCharCode(...digest))}` !== digestOfLater(url)) {
      throw new Error(`${url} is another version's`);
    }
    const cache = await caches.open(CACHE);
    await cache.put(url, new Response(bytes, { status, headers }));
  })().finally(() => pending.delete(url));
  pending.set(url, keeping);
  return keeping;
}

// Undefined for what is not to be kept later.
function digestOfLater(url) {
  if (FILES === null || !url.startsWith(HOME)) return undefined;
  const path = url.slice(HOME.length);
  return Object.hasOwn(LATER, path) ? LATER[path] : undefined;
}

async function isComplete() {
  return (await caches.has(CACHE)) && (await (await caches.open(CACHE)).match(HOME)) !== undefined;
}

// Forgets what other versions have kept.
async function sweep() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(OURS) && (FILES === null || name !== CACHE));
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function answer(event) {
  const { request } = event;
  if (request.method !== "GET" || FILES === null) return isolated(await fetch(request));
  const url = keyOf(request);
  const isLater = digestOfLater(url) !== undefined;
  const match = async () => (await caches.open(CACHE)).match(url, { ignoreVary: true });
  // A later file is kept for itself: no other has to be there.
  const kept = isLater || (!LOCAL && (await isComplete())) ? await match() : undefined;
  if (kept && !LOCAL) return isolated(kept);
  try {
    const response = await fetch(request);
    if (isLater && !kept && !pending.has(url) && response.status === 200) {
      event.waitUntil(keepChecked(url, response.clone()).catch(() => {}));
    }
    return isolated(response);
  } catch (error) {
    // No network: an older version is better than none.
    for (const name of [CACHE, ...(await caches.keys())]) {
      if (!name.startsWith(OURS)) continue;
      const kept = await (await caches.open(name)).match(url, { ignoreVary: true });
      if (kept) return isolated(kept);
    }
    throw error;
  }
}

// What it is kept as. The page is the same whatever it is asked to show; a file
// with a query is asked for to come from the network.
function keyOf(request) {
  if (request.mode !== "navigate") return request.url;
  const url = new URL(request.url);
  url.search = "";
  url.hash = "";
  return url.href === `${HOME}index.html` ? HOME : url.href;
}

function isolated(answer) {
  // An opaque answer has status 0: its headers can be neither read nor set.
  if (answer.status === 0) return answer;
  const headers = new Headers(answer.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  // So that isolated pages of other origins can embed this one.
  headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  const { status, statusText } = answer;
  // These statuses forbid a body, even an empty one.
  const body = [204, 205, 304].includes(status) ? null : answer.body;
  return new Response(body, { status, statusText, headers });
}
