# A counter that all threads of a process share.
# Between reading and writing, another one may
# have written: its counts are lost then. Under a
# GIL none is lost here, for a thread lets go only
# at function calls and at the end of a loop's
# body.
import timeslice

STEPS = 3_000
count = 0


def work(i):
    global count
    for _ in range(STEPS):
        value = count  # read
        # a little work: one more
        value = (value * 3 + 3) // 3
        count = value  # write


def result():
    # The lab says how many units this process has.
    expected = timeslice.units * STEPS
    return f"{count} of {expected}"
