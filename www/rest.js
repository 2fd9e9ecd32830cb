// Loads the second part of the page's web assembly. Building the site splits it
// (see xtask/src/finish/split.rs): the first part draws the first picture, and
// behind that comes the rest, which is most of the code. Whatever calls into the
// rest before it is there waits for it.

// (module (import "" "load" (func)) (export "load" (func 0)))
// Only web assembly's own functions can stand in a table.
const DOORMAN = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 9, 1, 0, 4, 108, 111, 97, 100, 0, 0, 7, 8, 1,
  4, 108, 111, 97, 100, 0, 0,
]);

// Prepares for the part at `address`, before the first begins to run. Resolves
// with what loads it in the background.
export async function prepare(address) {
  const url = new URL(address, import.meta.url);
  const root = document.documentElement;
  root.dataset.whole = "no";
  let first;
  let isThere = false;

  const compile = async () => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(response.status);
    return WebAssembly.compile(await response.arrayBuffer());
  };

  const arrive = (module) => {
    if (isThere) return;
    // It puts its functions into the first part's table.
    new WebAssembly.Instance(module, { first });
    isThere = true;
    root.dataset.whole = "yes";
    // Not from within whatever has called for it.
    queueMicrotask(() => dispatchEvent(new Event("timeslice-whole")));
  };

  // It is needed this instant, so nothing else can go on: no promise would do.
  const loadNow = () => {
    if (isThere) return;
    // For the tests: the first picture must do without.
    performance.mark("timeslice-waited-for-rest");
    const request = new XMLHttpRequest();
    request.open("GET", url, false);
    // Every byte a character: an answer that is waited for comes only as text.
    request.overrideMimeType("text/plain; charset=x-user-defined");
    request.send();
    if (request.status !== 200) throw new Error(`${url} cannot be loaded: ${request.status}`);
    const bytes = Uint8Array.from(request.responseText, (c) => c.charCodeAt(0) & 0xff);
    arrive(new WebAssembly.Module(bytes));
  };

  const load = async () => {
    if (isThere) return;
    // The first picture comes first.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    try {
      arrive(await compile());
    } catch (error) {
      // It is tried again when something needs it.
      console.warn(`${url} cannot be loaded yet:`, error);
    }
  };

  // The start screen does without the rest; what a link shows may need it, so
  // then both parts are loaded side by side.
  const wanted = location.hash.length > 1 ? await compile().catch(() => undefined) : undefined;

  // The glue calls this when the first part is there, before anything of it runs.
  self.timesliceFirstPart = (exports) => {
    first = exports;
    const doorman = new WebAssembly.Instance(new WebAssembly.Module(DOORMAN), { "": { load: loadNow } });
    first.doors.set(0, doorman.exports.load);
    if (wanted) arrive(wanted);
  };
  return load;
}
