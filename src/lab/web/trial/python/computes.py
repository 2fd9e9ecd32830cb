def work(i):
    total = 0
    for k in range(3000):
        total += (i + k) * k % 7
    return total
