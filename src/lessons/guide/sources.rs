//! What the lessons cite, each once.

use super::Source;

const fn source(title: &'static str, url: &'static str) -> Source {
    Source { title, url }
}

pub(super) const THREADING: Source = source(
    "Python documentation: threading",
    "https://docs.python.org/3/library/threading.html",
);
pub(super) const MULTIPROCESSING: Source = source(
    "Python documentation: multiprocessing",
    "https://docs.python.org/3/library/multiprocessing.html",
);
pub(super) const START_METHODS: Source = source(
    "Python documentation: contexts and start methods",
    "https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods",
);
pub(super) const PIPES_AND_QUEUES: Source = source(
    "Python documentation: exchanging objects between processes",
    "https://docs.python.org/3/library/multiprocessing.html#exchanging-objects-between-processes",
);
pub(super) const FUTURES: Source = source(
    "Python documentation: concurrent.futures",
    "https://docs.python.org/3/library/concurrent.futures.html",
);
pub(super) const QUEUE: Source = source(
    "Python documentation: queue",
    "https://docs.python.org/3/library/queue.html",
);
pub(super) const ASYNCIO: Source = source(
    "Python documentation: asyncio",
    "https://docs.python.org/3/library/asyncio.html",
);
pub(super) const ASYNCIO_DEV: Source = source(
    "Python documentation: developing with asyncio (running blocking code)",
    "https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code",
);
pub(super) const GIL_TERM: Source = source(
    "Python glossary: global interpreter lock",
    "https://docs.python.org/3/glossary.html#term-global-interpreter-lock",
);
pub(super) const SWITCH_INTERVAL: Source = source(
    "Python documentation: sys.setswitchinterval",
    "https://docs.python.org/3/library/sys.html#sys.setswitchinterval",
);
pub(super) const C_API_GIL: Source = source(
    "Python C API: thread states and the global interpreter lock",
    "https://docs.python.org/3/c-api/threads.html",
);
pub(super) const REFERENCE_COUNTS: Source = source(
    "Python C API: reference counting",
    "https://docs.python.org/3/c-api/refcounting.html",
);
pub(super) const FREE_THREADING: Source = source(
    "Python documentation: support for free threading",
    "https://docs.python.org/3/howto/free-threading-python.html",
);
pub(super) const FREE_THREADING_3_13: Source = source(
    "Python 3.13 documentation: free threading, single-threaded performance",
    "https://docs.python.org/3.13/howto/free-threading-python.html#single-threaded-performance",
);
pub(super) const WHATS_NEW_3_14: Source = source(
    "What's new in Python 3.14: free-threaded mode",
    "https://docs.python.org/3/whatsnew/3.14.html",
);
pub(super) const ATOMICITY: Source = source(
    "Python FAQ: what kinds of global value mutation are thread-safe?",
    "https://docs.python.org/3/faq/library.html#what-kinds-of-global-value-mutation-are-thread-safe",
);
pub(super) const PEP_683: Source = source(
    "PEP 683: immortal objects (why reading an object writes to memory)",
    "https://peps.python.org/pep-0683/",
);
pub(super) const PEP_684: Source = source(
    "PEP 684: a per-interpreter GIL",
    "https://peps.python.org/pep-0684/",
);
pub(super) const PEP_703: Source = source(
    "PEP 703: making the GIL optional in CPython",
    "https://peps.python.org/pep-0703/",
);
pub(super) const PEP_734: Source = source(
    "PEP 734: multiple interpreters in the standard library",
    "https://peps.python.org/pep-0734/",
);
pub(super) const BEAZLEY: Source = source(
    "D. Beazley: Understanding the Python GIL (2010)",
    "https://www.dabeaz.com/GIL/",
);
pub(super) const OSTEP_PROCESS: Source = source(
    "OSTEP, chapter 4: the abstraction: the process",
    "https://pages.cs.wisc.edu/~remzi/OSTEP/cpu-intro.pdf",
);
pub(super) const OSTEP_ADDRESS_SPACE: Source = source(
    "OSTEP, chapter 13: the abstraction: address spaces",
    "https://pages.cs.wisc.edu/~remzi/OSTEP/vm-intro.pdf",
);
pub(super) const OSTEP_SCHEDULING: Source = source(
    "OSTEP, chapter 7: CPU scheduling",
    "https://pages.cs.wisc.edu/~remzi/OSTEP/cpu-sched.pdf",
);
pub(super) const OSTEP_MULTI: Source = source(
    "OSTEP, chapter 10: multiprocessor scheduling",
    "https://pages.cs.wisc.edu/~remzi/OSTEP/cpu-sched-multi.pdf",
);
pub(super) const OSTEP_LOTTERY: Source = source(
    "OSTEP, chapter 9: proportional share",
    "https://pages.cs.wisc.edu/~remzi/OSTEP/cpu-sched-lottery.pdf",
);
pub(super) const OSTEP_THREADS: Source = source(
    "OSTEP, chapter 26: concurrency, an introduction",
    "https://pages.cs.wisc.edu/~remzi/OSTEP/threads-intro.pdf",
);
pub(super) const OSTEP_LOCKS: Source = source(
    "OSTEP, chapter 28: locks",
    "https://pages.cs.wisc.edu/~remzi/OSTEP/threads-locks.pdf",
);
pub(super) const OSTEP_SEMAPHORES: Source = source(
    "OSTEP, chapter 31: semaphores (with the dining philosophers)",
    "https://pages.cs.wisc.edu/~remzi/OSTEP/threads-sema.pdf",
);
pub(super) const OSTEP_BUGS: Source = source(
    "OSTEP, chapter 32: common concurrency problems",
    "https://pages.cs.wisc.edu/~remzi/OSTEP/threads-bugs.pdf",
);
pub(super) const OSTEP_EVENTS: Source = source(
    "OSTEP, chapter 33: event-based concurrency",
    "https://pages.cs.wisc.edu/~remzi/OSTEP/threads-events.pdf",
);
pub(super) const FORK: Source = source(
    "fork(2), Linux manual page",
    "https://man7.org/linux/man-pages/man2/fork.2.html",
);
pub(super) const KILL: Source = source(
    "kill(2), Linux manual page",
    "https://man7.org/linux/man-pages/man2/kill.2.html",
);
pub(super) const SIGNAL: Source = source(
    "signal(7), Linux manual page",
    "https://man7.org/linux/man-pages/man7/signal.7.html",
);
pub(super) const PTHREADS: Source = source(
    "pthreads(7), Linux manual page",
    "https://man7.org/linux/man-pages/man7/pthreads.7.html",
);
pub(super) const PTHREAD_CREATE: Source = source(
    "pthread_create(3), Linux manual page",
    "https://man7.org/linux/man-pages/man3/pthread_create.3.html",
);
pub(super) const ROBUST: Source = source(
    "pthread_mutexattr_setrobust(3), Linux manual page",
    "https://man7.org/linux/man-pages/man3/pthread_mutexattr_setrobust.3.html",
);
pub(super) const SCHED: Source = source(
    "sched(7), Linux manual page",
    "https://man7.org/linux/man-pages/man7/sched.7.html",
);
pub(super) const AFFINITY: Source = source(
    "sched_setaffinity(2), Linux manual page",
    "https://man7.org/linux/man-pages/man2/sched_setaffinity.2.html",
);
pub(super) const CFS: Source = source(
    "Linux kernel documentation: CFS scheduler",
    "https://docs.kernel.org/scheduler/sched-design-CFS.html",
);
pub(super) const EEVDF: Source = source(
    "Linux kernel documentation: EEVDF scheduler",
    "https://docs.kernel.org/scheduler/sched-eevdf.html",
);
pub(super) const DEADLINE: Source = source(
    "Linux kernel documentation: deadline task scheduling",
    "https://docs.kernel.org/scheduler/sched-deadline.html",
);
pub(super) const RT_MUTEX: Source = source(
    "Linux kernel documentation: RT-mutex with priority inheritance",
    "https://docs.kernel.org/locking/rt-mutex-design.html",
);
pub(super) const PATHFINDER: Source = source(
    "G. Reeves: what really happened on Mars (1997, archived)",
    "https://web.archive.org/web/20161230103247/https://research.microsoft.com/en-us/um/people/mbj/Mars_Pathfinder/Authoritative_Account.html",
);
pub(super) const LOST_TASK: Source = source(
    "CPython issue 66587: multiprocessing.Pool hangs if a worker dies",
    "https://github.com/python/cpython/issues/66587",
);
pub(super) const LIU_LAYLAND: Source = source(
    "C. L. Liu, J. W. Layland: scheduling algorithms for multiprogramming in a hard-real-time environment (1973)",
    "https://doi.org/10.1145/321738.321743",
);
pub(super) const SUPERVISOR: Source = source(
    "Erlang documentation: supervisor behaviour",
    "https://www.erlang.org/doc/system/sup_princ.html",
);
