# Primes by trial division. Each unit tests the
# next 200 numbers.


def is_prime(n):
    if n % 2 == 0:
        return n == 2
    divisor = 3
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 2
    return n > 1


def work(i):
    first = 100_000 + 200 * i
    numbers = range(first, first + 200)
    return sum(is_prime(n) for n in numbers)
