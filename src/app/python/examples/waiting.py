# Waiting, as for a disk or a network. Who sleeps
# lets go of the GIL: the waits of many threads
# overlap.
import time


def work(i):
    time.sleep(0.005)
    return i
