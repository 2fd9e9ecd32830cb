# A crash: an access to memory that is not there,
# as by a faulty C module. It takes down the
# process with all of its threads. Other processes
# never notice.
import timeslice

STEPS = 5_000


def work(i):
    if i == 20:
        print("unit 20: here it comes")
        timeslice.crash()
    return sum(n % 7 for n in range(STEPS))
