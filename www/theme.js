// Chooses light or dark before the first paint, so that nothing flashes: what
// the visitor chose, else what the system prefers. All colours hang on the
// attribute, so there is one definition of each.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    let chosen = null;
    try {
      chosen = localStorage.getItem("timeslice-theme");
    } catch {
      // Storage may be forbidden; the system's preference stands.
    }
    document.documentElement.dataset.theme = chosen ?? (dark.matches ? "dark" : "light");
  };
  const applyAndTell = () => {
    apply();
    dispatchEvent(new Event("timeslice-theme"));
  };
  dark.addEventListener("change", applyAndTell);
  // Paper is white, and pictures are drawn in the colours that hold then.
  addEventListener("beforeprint", () => {
    document.documentElement.dataset.theme = "light";
    document.documentElement.dataset.paper = "";
    dispatchEvent(new Event("timeslice-theme"));
  });
  addEventListener("afterprint", () => {
    delete document.documentElement.dataset.paper;
    applyAndTell();
  });
  apply();
})();
