// Says why, if the page cannot start at all: until the page is mounted there is
// nothing else that could.
(() => {
  const tell = (reason) => {
    const place = document.querySelector(".loading");
    if (!place) return;
    const why = String(reason?.message ?? reason);
    place.setAttribute("role", "alert");
    place.textContent =
      "Timeslice could not start in this browser. It needs WebAssembly with SIMD and shared " +
      `memory, as current versions of Chromium and Firefox have them. (${why})`;
  };
  addEventListener("unhandledrejection", (event) => tell(event.reason));
  addEventListener("error", (event) => tell(event.message));
})();
