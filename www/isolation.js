// Registers isolation-sw.js, for two reasons.
//
// Where the host does not isolate the page, the worker does, and the page loads
// once more so that it comes through it. Classic and early: that should happen
// before the large files are fetched.
//
// On the built site (`data-offline`, see `cargo xtask finish`) it also keeps the
// site's files for a visit without a network. That can wait until the page is
// there and at rest. When a newer version has come meanwhile, the page is told:
// its files are kept by then, and it says so in a line (see the shell).

(async ({ offline }) => {
  const tried = "timeslice-isolation-tried";
  const register = async () => {
    await navigator.serviceWorker.register("isolation-sw.js");
    return navigator.serviceWorker.ready;
  };
  const atRest = () =>
    new Promise((resolve) => {
      const soon = () =>
        self.requestIdleCallback ? requestIdleCallback(resolve, { timeout: 5000 }) : setTimeout(resolve, 1000);
      if (document.readyState === "complete") soon();
      else addEventListener("load", soon);
    });
  // A worker takes over from another one only when all of its version is kept.
  // On localhost the network comes first, so there is nothing to tell.
  const tellOfNewer = () => {
    const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
    if (isLocal || !navigator.serviceWorker.controller) return;
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      document.documentElement.dataset.newer = "";
      dispatchEvent(new Event("timeslice-newer"));
    });
  };
  // The worker keeps Python only when it is loaded. If that was before the worker
  // stood between page and network, it has missed it, so it is told.
  const tellOfLater = (worker) => {
    const isLater = ({ name }) => /\/python-[0-9a-f]+\/[^/]+\.wasm$/.test(name);
    new PerformanceObserver((list, observer) => {
      if (!list.getEntries().some(isLater)) return;
      observer.disconnect();
      worker.postMessage("keep later");
    }).observe({ type: "resource", buffered: true });
  };
  try {
    // `?noisolation` shows the page as it is without threads.
    const optedOut = new URLSearchParams(location.search).has("noisolation");
    // No service workers: an insecure origin, or a private window in Firefox.
    const able = !optedOut && self.isSecureContext && navigator.serviceWorker;
    if (self.crossOriginIsolated) {
      sessionStorage.removeItem(tried);
      if (!able || offline === undefined) return;
      tellOfNewer();
      await atRest();
      const worker = (await register()).active;
      worker.postMessage("keep");
      tellOfLater(worker);
      return;
    }
    if (!able) return;
    // One reload for each tab: if that did not isolate the page, nothing will.
    if (sessionStorage.getItem(tried)) return;
    await register();
    sessionStorage.setItem(tried, "yes");
    location.reload();
  } catch (error) {
    // Storage or service workers may be forbidden.
    console.warn("The page stays as the host sends it:", error);
  }
})(document.currentScript.dataset);
