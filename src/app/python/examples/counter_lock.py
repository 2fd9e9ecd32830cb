# The same counter, with a lock: only one thread
# at a time is between reading and writing. No
# count is lost, with a GIL or without, but they
# wait for one another.
import threading
import timeslice

STEPS = 3_000
count = 0
lock = threading.Lock()


def work(i):
    global count
    for _ in range(STEPS):
        with lock:
            value = count  # read
            # a little work: one more
            value = (value * 3 + 3) // 3
            count = value  # write


def result():
    # The lab says how many units this process has.
    expected = timeslice.units * STEPS
    return f"{count} of {expected}"
