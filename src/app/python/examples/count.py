# Counting: it keeps a core busy all the time.
# Threads under a GIL take turns at it; without
# one, or as processes, they work side by side.

STEPS = 4_000


def work(i):
    total = 0
    for n in range(STEPS):
        total += (n + i) % 7
    return total
