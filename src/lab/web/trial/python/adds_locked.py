import threading

count = 0
lock = threading.Lock()


def work(i):
    global count
    for _ in range(200):
        with lock:
            seen = count
            seen * seen + i
            count = seen + 1


def result():
    return count
