// Registers isolation-sw.js where the host does not isolate the page, and
// reloads once so that the page itself comes through it. Classic and early:
// the reload should happen before the large files are fetched.

(async () => {
  const tried = "timeslice-isolation-tried";
  try {
    if (self.crossOriginIsolated) {
      sessionStorage.removeItem(tried);
      return;
    }
    // `?noisolation` shows the page as it is without threads.
    const optedOut = new URLSearchParams(location.search).has("noisolation");
    // No service workers: an insecure origin, or a private window in Firefox.
    if (optedOut || !self.isSecureContext || !navigator.serviceWorker) return;
    // One reload for each tab: if that did not isolate the page, nothing will.
    if (sessionStorage.getItem(tried)) return;
    await navigator.serviceWorker.register("isolation-sw.js");
    await navigator.serviceWorker.ready;
    sessionStorage.setItem(tried, "yes");
    location.reload();
  } catch (error) {
    // Storage or service workers may be forbidden.
    console.warn("The page stays without shared memory:", error);
  }
})();
