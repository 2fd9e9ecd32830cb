# A crash: an access to memory that is not there, as a faulty C module
# would do it. It takes down the whole process with all of its threads.
# Other processes never notice.
import timeslice

STEPS = 5_000


def work(i):
    if i == 20:
        print("unit 20: here it comes")
        timeslice.crash()
    return sum(n % 7 for n in range(STEPS))
