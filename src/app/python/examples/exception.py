# An exception that nobody catches ends the thread
# that raised it, and no other one: the rest works
# on.

STEPS = 5_000


def check(i):
    if i == 20:
        raise ValueError(f"unit {i} is broken")


def work(i):
    check(i)
    return sum(n % 7 for n in range(STEPS))


print("ready")
