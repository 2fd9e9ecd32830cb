# A counter that all threads of a process share, without a lock.
# Between reading and writing, another thread may have written:
# its counts are lost then. Under a GIL none is lost here, for a thread
# only lets go at function calls and at the end of a loop's body.
import timeslice

STEPS = 3_000
count = 0


def work(i):
    global count
    for _ in range(STEPS):
        value = count  # read
        value = (value * 3 + 3) // 3  # a little work: one more
        count = value  # write


def result():
    expected = timeslice.units * STEPS  # the units of this process
    return f"{count} of {expected}"
