// An empty module worker, to compare a process's start with, and the function
// that starts one: a worker's script must have an address, and this file's is
// known under any path.

const epochMs = () => performance.timeOrigin + performance.now();

if (
  typeof WorkerGlobalScope !== "undefined" &&
  self instanceof WorkerGlobalScope
) {
  postMessage(epochMs());
}

// Resolves with the time from asking for it until its first instruction, ms.
export function startEmpty() {
  return new Promise((resolve, reject) => {
    const askedMs = epochMs();
    const worker = new Worker(new URL(import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data - askedMs);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      reject(new Error("an empty worker did not start"));
    };
  });
}
