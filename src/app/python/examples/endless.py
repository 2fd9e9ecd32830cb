# A loop without an end. Its thread never finishes unit 20.
# The threads beside it still get their turns at the GIL:
# it is taken away at the end of each round of the loop.

STEPS = 5_000


def work(i):
    while i == 20:
        pass
    return sum(n % 7 for n in range(STEPS))
