# A loop without an end: unit 20 is never done.
# Other threads still get their turns at the GIL,
# which can be taken away at the end of each
# round.

STEPS = 5_000


def work(i):
    while i == 20:
        pass
    return sum(n % 7 for n in range(STEPS))
