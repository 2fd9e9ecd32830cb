count = 0


def work(i):
    global count
    for _ in range(200):
        seen = count
        seen * seen + i
        count = seen + 1


def result():
    return count
