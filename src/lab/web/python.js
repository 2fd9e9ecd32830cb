// Loads the Python interpreter: once, for all who ask.

const NOT_BUILT = "this copy of the page was built without Python";

let loading = null;
const listeners = new Set();

// Resolves with the address of the interpreter's script and its compiled module.
// Meanwhile `tell` is called with the bytes that are there, and those there will
// be.
export async function loadPython(tell) {
  listeners.add(tell);
  loading ??= load();
  try {
    return await loading;
  } catch (error) {
    // Tried again when somebody asks again.
    loading = null;
    throw error;
  } finally {
    listeners.delete(tell);
  }
}

async function load() {
  const site = new URL("./", document.baseURI);
  const where = await fetch(new URL("python.json", site), { cache: "no-cache" });
  if (!where.ok) throw new Error(where.status === 404 ? NOT_BUILT : `status ${where.status}`);
  const { folder, bytes } = await where.json();
  const base = new URL(`${folder}/`, site);
  const wasm = await fetch(new URL("timeslice_python_bg.wasm", base));
  if (!wasm.ok) throw new Error(`status ${wasm.status}`);
  let there = 0;
  const counting = new TransformStream({
    transform(chunk, controller) {
      there += chunk.byteLength;
      for (const tell of listeners) tell(Math.min(there, bytes), bytes);
      controller.enqueue(chunk);
    },
  });
  const headers = { "Content-Type": "application/wasm" };
  const counted = new Response(wasm.body.pipeThrough(counting), { headers });
  const module = await WebAssembly.compileStreaming(counted);
  for (const tell of listeners) tell(bytes, bytes);
  return { main: new URL("timeslice_python.js", base).href, module };
}
