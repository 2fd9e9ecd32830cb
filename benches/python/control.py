"""The same program in the Python that this machine has: what its threads and
processes gain over one thread, measured just before each.

    python3 control.py PROGRAM UNITS

Prints lines of a name, a tab and a ratio. Without a GIL (3.13t and later) it says so
in the names.
"""

import multiprocessing
import sys
import threading
import time
from pathlib import Path

program = {}
exec(Path(sys.argv[1]).read_text(), program)
work = program["work"]
UNITS = int(sys.argv[2])


def units(first, count):
    for i in range(first, first + count):
        work(i)


def rate(kind, workers, count):
    """Units per second, from starting the workers until the last has ended."""
    share = count // workers
    began = time.perf_counter()
    all_of_them = [kind(target=units, args=(n * share, share)) for n in range(workers)]
    for worker in all_of_them:
        worker.start()
    for worker in all_of_them:
        worker.join()
    return workers * share / (time.perf_counter() - began)


def main():
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    suffix = ", GIL" if gil else ""
    for name, kind, workers in [
        ("one thread", threading.Thread, 1),
        (f"two threads{suffix}", threading.Thread, 2),
        (f"four threads{suffix}", threading.Thread, 4),
        ("two processes", multiprocessing.Process, 2),
    ]:
        alone = rate(threading.Thread, 1, UNITS // 2)
        print(f"CPython, {name}\t{rate(kind, workers, UNITS) / alone}")


if __name__ == "__main__":
    main()
