// Workers do without the second part: what they call is in the first. Should one
// call more all the same, it waits here until that is loaded, and is right, if late.
// The address stands by itself, for the page may keep this script in memory and
// then writes it here (see keepScript in src/lab/web/host.js).
const HERE = import.meta.url;

function timesliceAlone(first) {
  const load = () => {
    const url = new URL("./REST", HERE);
    console.warn(`A worker loads ${url}, which it should not need.`);
    const request = new XMLHttpRequest();
    request.open("GET", url, false);
    request.responseType = "arraybuffer";
    request.send();
    if (request.status !== 200) throw new Error(`${url} cannot be loaded: ${request.status}`);
    new WebAssembly.Instance(new WebAssembly.Module(request.response), { first });
  };
  // (module (import "" "load" (func)) (export "load" (func 0)))
  // Only web assembly's own functions can stand in a table.
  const doorman = new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 9, 1, 0, 4, 108, 111, 97, 100, 0, 0, 7, 8,
    1, 4, 108, 111, 97, 100, 0, 0,
  ]);
  const { load: knock } = new WebAssembly.Instance(new WebAssembly.Module(doorman), { "": { load } }).exports;
  first.doors.set(0, knock);
}
