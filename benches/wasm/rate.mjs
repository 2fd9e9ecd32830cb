// Runs the workload in web assembly. Reads how many slices each job needs and
// whether to keep the trace, line by line, and answers with milliseconds of
// a processor's time (of all threads: the first rounds compile).
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

const module = await WebAssembly.compile(await readFile(process.argv[2]));
// The simulator needs nothing of a browser, so what the page's glue would
// supply is only there to be linked.
const imports = {};
for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
  imports[from] ??= {};
  imports[from][name] =
    kind === "memory"
      ? new WebAssembly.Memory({ initial: 1024, maximum: 4096, shared: true })
      : () => {
          throw new Error(`${name} was called`);
        };
}
const { exports } = await WebAssembly.instantiate(module, imports);

for await (const line of createInterface({ input: process.stdin })) {
  const [slices, trace] = line.split(" ").map(Number);
  const start = process.cpuUsage();
  exports.slices(slices, trace);
  const { user, system } = process.cpuUsage(start);
  console.log((user + system) / 1e3);
}
