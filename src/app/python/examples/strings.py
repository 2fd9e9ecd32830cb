# Building strings. Every new one takes memory
# from the heap, which the threads of a process
# share.


def work(i):
    letters = ""
    for n in range(2_000):
        letters += chr(97 + (n * n // 7 + i) % 26)
    words = letters.split("a")
    longest = max(words, key=len)
    return f"{len(words)} words up to {len(longest)}"
