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

// Prepares for the part at `address`, before the first begins to run. Returns
// what loads it in the background.
export function prepare(address) {
  const url = new URL(address, import.meta.url);
  let first;
  let isThere = false;

  const arrive = (module) => {
    if (isThere) return;
    // It puts its functions into the first part's table.
    new WebAssembly.Instance(module, { first });
    isThere = true;
    document.documentElement.dataset.whole = "yes";
  };

  // It is needed this instant, so nothing else can go on: no promise would do.
  const loadNow = () => {
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
    // The first picture comes first.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    try {
      const response = await fetch(url);
      if (!response.ok) throw new Error(response.status);
      arrive(await WebAssembly.compile(await response.arrayBuffer()));
    } catch (error) {
      // It is tried again when something needs it.
      console.warn(`${url} cannot be loaded yet:`, error);
    }
  };

  // The glue calls this when the first part is there, before anything of it runs.
  self.timesliceFirstPart = (exports) => {
    first = exports;
    const doorman = new WebAssembly.Instance(new WebAssembly.Module(DOORMAN), { "": { load: loadNow } });
    first.doors.set(0, doorman.exports.load);
  };
  return load;
}
