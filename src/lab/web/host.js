// Two things in one module, because a worker's script must have an address and
// this file's is known under any path: the few helpers that Rust imports, and
// the script of a process's worker.

// This file's address, also where its text is run from memory (see keepScript).
const HERE = import.meta.url;

const NAME = "timeslice ";

// A thread pool that has not started after this long never will: the library
// that starts it does not notice a worker whose script failed to load.
const POOL_LIMIT_MS = 10_000;

const isProcess =
  typeof WorkerGlobalScope !== "undefined" &&
  self instanceof WorkerGlobalScope &&
  self.name.startsWith(NAME);

// A future that waits is woken by way of Atomics.waitAsync. For browsers without it
// the library has a worker wait in its place, to which it sends the memory, and that
// is refused where the page is not isolated: then nothing would ever wake. But there
// this thread is the only one that changes the memory, so it need only look.
const LOOK_MS = 4;

if (!Atomics.waitAsync && !self.crossOriginIsolated) {
  Atomics.waitAsync = (words, at, value) => {
    if (Atomics.load(words, at) !== value) return { async: false, value: "not-equal" };
    const changed = new Promise((resolve) => {
      const look = () => {
        if (Atomics.load(words, at) !== value) resolve("ok");
        else setTimeout(look, LOOK_MS);
      };
      setTimeout(look);
    });
    return { async: true, value: changed };
  };
}

if (isProcess) {
  self.addEventListener("message", ({ data }) => serve(data), { once: true });
}

// An empty module worker, to compare a process's start with. In memory, as a
// process's script is, so that neither waits for the network.
const EMPTY = "postMessage(performance.timeOrigin + performance.now());";

// Resolves with the time from asking for an empty worker until its first
// instruction, ms.
export function startEmpty() {
  return new Promise((resolve, reject) => {
    const script = keep(EMPTY);
    const askedMs = epochMs();
    const worker = new Worker(script, { type: "module" });
    worker.onmessage = ({ data }) => {
      URL.revokeObjectURL(script);
      worker.terminate();
      resolve(data - askedMs);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      URL.revokeObjectURL(script);
      worker.terminate();
      reject(new Error("an empty worker did not start"));
    };
  });
}

// What the process said when it could not go on: better than the trap's own
// words, which follow.
let saidLast = "";

export function lastWords(text) {
  saidLast ||= text;
}

function postBroken(error) {
  post("broken", saidLast || String(error?.message ?? error));
}

async function serve({ main, module, job }) {
  try {
    const lab = await import(main);
    // Without a memory it makes one of its own: this is what a process is.
    await lab.default({ module_or_path: module });
    const threads = watchThreads();
    const pool = lab.labPrepare(job);
    if (pool) {
      const started = Promise.race([pool, threads.failed]);
      await within(POOL_LIMIT_MS, started, "its threads did not start");
    }
    threads.leave();
    // A guest says that it is ready, and then answers one question at a time.
    self.addEventListener("message", ({ data }) => answer(lab, data));
    lab.labServe();
  } catch (error) {
    postBroken(error);
  }
}

// The library that starts a pool waits for ever for a thread whose script
// cannot be loaded. So its workers are watched while they start.
function watchThreads() {
  const Plain = self.Worker;
  let fail;
  const failed = new Promise((_, reject) => (fail = reject));
  let starting = true;
  self.Worker = class extends Plain {
    constructor(...args) {
      super(...args);
      this.addEventListener("error", (event) => {
        if (!starting) return;
        event.preventDefault();
        fail(new Error("its threads did not start: their script could not be loaded"));
      });
    }
  };
  const leave = () => {
    starting = false;
    self.Worker = Plain;
  };
  return { failed, leave };
}

async function answer(lab, { id, ask, more }) {
  try {
    const text = await lab.labAnswer(ask, more);
    postMessage({ kind: "answer", content: text, id });
  } catch (error) {
    // A trap: from here on the process is not to be trusted.
    postBroken(error);
  }
}

function within(limitMs, promise, message) {
  const late = new Promise((_, reject) => {
    const why = `${message} within ${limitMs / 1_000} s`;
    setTimeout(() => reject(new Error(why)), limitMs);
  });
  return Promise.race([promise, late]);
}

// The main script with all that it imports, kept in memory: its address. Else
// each process would ask the network for three files, one after another, which
// takes as long as the rest of its start.
let kept = null;

export async function keepScript(main) {
  try {
    let text = await source(main);
    // The same paths are names in it, too: only imports are changed.
    const clause = /\bfrom\s+["'](\.[^"']+)["']/g;
    const paths = new Set([...text.matchAll(clause)].map(([, path]) => path));
    const addresses = new Map();
    for (const path of paths) {
      const { href } = new URL(path, main);
      addresses.set(path, keep(placed(await source(href), href)));
    }
    text = placed(text, main);
    text = text.replace(clause, (_, path) => `from "${addresses.get(path)}"`);
    kept = keep(text);
  } catch (error) {
    // Then processes load the files themselves.
    console.warn("Processes will start more slowly:", error);
  }
}

// A script that knows where it comes from, which in memory it would not.
function placed(text, address) {
  const here = `\nconst HERE = ${JSON.stringify(address)};`;
  return text.replace("\nconst HERE = import.meta.url;", () => here);
}

async function source(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.text();
}

function keep(text) {
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}

export function startWorker(name, main, module, job) {
  const options = { type: "module", name: NAME + name };
  const worker = new Worker(kept ?? new URL(HERE), options);
  worker.postMessage({ main: kept ?? main, module, job });
  return worker;
}

// The interpreter's script is not the page's, but a process of it is served in the
// same way.
export function startPython(name, main, module, job) {
  const options = { type: "module", name: NAME + name };
  const worker = new Worker(kept ?? new URL(HERE), options);
  worker.postMessage({ main, module, job });
  return worker;
}

export function ask(worker, id, ask, more, transfer) {
  worker.postMessage({ id, ask, more }, transfer);
}

// Resolves after so many ms. In a hidden page later: browsers slow it down.
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function post(kind, content) {
  postMessage({ kind, content });
}

// Shared by all contexts of a page, unlike performance.now().
export function epochMs() {
  return performance.timeOrigin + performance.now();
}

// One atomic read for each word: what comes back is never torn. A view of
// memory that is not shared is read in the same way.
export function readWords(view, from, to) {
  const words = new Uint32Array(to - from);
  for (let i = from; i < to; i += 1) words[i - from] = Atomics.load(view, i);
  return words;
}

// Every view of a process's memory keeps all of that memory's addresses taken
// until the page's garbage is collected: of these Chromium has room for some
// 125 memories, and nothing tells it to collect, as a view itself is small. So
// after so many it is made to, by garbage that it counts. Called when a process
// has ended, because collecting takes the page some milliseconds.
const VIEWS = 16;
const GARBAGE_BYTES = 2 ** 28;
let views = 0;

export function countView() {
  views += 1;
  if (views % VIEWS !== 0) return;
  try {
    for (let i = 0; i < 4; i += 1) new ArrayBuffer(GARBAGE_BYTES);
  } catch {
    // So little memory is left that it has collected by itself.
  }
}

export function isHidden() {
  return document.visibilityState === "hidden";
}

// The smallest step the clock makes within a few milliseconds, ms.
export function clockStepMs() {
  const start = performance.now();
  let last = start;
  let least = Infinity;
  while (last - start < 4) {
    const now = performance.now();
    if (now > last) {
      least = Math.min(least, now - last);
      last = now;
    }
  }
  return least;
}

// A small file of this site that is there under any path: this one. No cache
// has it under this address.
function freshUrl() {
  const url = new URL(HERE);
  url.search = `fresh=${performance.now()}-${Math.random()}`;
  return url;
}

// Blocks the worker until the file is there.
export function fetchBlocking() {
  const request = new XMLHttpRequest();
  request.open("GET", freshUrl(), false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`status ${request.status}`);
  return request.response.byteLength;
}

export async function fetchLength() {
  const response = await fetch(freshUrl(), { cache: "no-store" });
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  return (await response.arrayBuffer()).byteLength;
}

// JavaScript can catch a trap; web assembly cannot.
export function callBack(work) {
  work();
}
