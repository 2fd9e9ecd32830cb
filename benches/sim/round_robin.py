"""The workload as one writes it in SimPy.

Reads how many slices each job needs, line by line, and answers with
milliseconds of a processor's time.
"""

import sys
import time

import simpy

JOBS = 1_000
CORES = 8
SLICE = 1_000_000


def job(env, cores, left):
    while left > 0:
        with cores.request() as core:
            yield core
            ran = min(SLICE, left)
            yield env.timeout(ran)
            left -= ran


def simulate(slices):
    env = simpy.Environment()
    cores = simpy.Resource(env, capacity=CORES)
    for _ in range(JOBS):
        env.process(job(env, cores, slices * SLICE))
    env.run()
    assert env.now == slices * JOBS // CORES * SLICE


for line in sys.stdin:
    start = time.process_time()
    simulate(int(line.split()[0]))
    print((time.process_time() - start) * 1e3, flush=True)
