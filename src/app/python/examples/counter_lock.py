# The same counter, with a lock: only one thread at a time is between
# reading and writing. No count is lost, with a GIL or without,
# but the threads wait for one another.
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
            value = (value * 3 + 3) // 3  # a little work: one more
            count = value  # write


def result():
    expected = timeslice.units * STEPS  # the units of this process
    return f"{count} of {expected}"
