//! Memory for the interpreter's objects, from a stock that each thread has of its own.
//!
//! The standard library's allocator for web assembly is one for all threads, behind a
//! lock that is spun on. With it, threads without a GIL wait for one another wherever
//! they make objects; and their objects lie side by side, so that one core's write to
//! its object takes the other's out of its cache, for as long as both live. Here small
//! blocks come in batches of whole cache lines: a thread takes a batch and gives it out
//! block by block, without a lock. Blocks that are freed go to the stock of whoever
//! frees them; a thread that frees more than it takes gives whole batches to all
//! ("magazines": J. Bonwick and J. Adams, "Magazines and Vmem", USENIX 2001).
//!
//! Large blocks, and the batches, are the standard library's. What was once a batch of
//! some size stays one: a process lives for one run.

#![expect(unsafe_code, reason = "an allocator deals in raw memory")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr::{self, NonNull};
use std::sync::{Mutex, PoisonError};

/// Sizes are rounded up to multiples of this, bytes. Blocks are aligned to it.
const STEP: usize = 16;

/// Larger blocks, bytes, are left to the standard library.
const LARGEST: usize = 512;

const CLASSES: usize = LARGEST / STEP;

/// A batch, bytes.
const BATCH: usize = 4_096;

/// Batches are aligned to this, bytes: a cache line.
const LINE: usize = 64;

/// Nothing of a thread's own lies at lower addresses in web assembly. It would if the
/// thread has no place for it yet: the first block of all is that place.
const LOWEST: usize = if cfg!(target_arch = "wasm32") {
    1_024
} else {
    0
};

/// A free block holds what comes after it.
struct Block {
    /// The next one of its batch.
    next: Link,
    /// In the first block of a batch of the common stock: the next batch.
    next_batch: Link,
}

type Link = Option<NonNull<Block>>;

/// Free blocks of one size.
struct Batch {
    first: Cell<Link>,
    blocks: Cell<usize>,
}

impl Batch {
    const fn empty() -> Self {
        Self {
            first: Cell::new(None),
            blocks: Cell::new(0),
        }
    }

    fn take(&self) -> Link {
        let first = self.first.get()?;
        // SAFETY: it is free, and so a block that was linked by `put` or `fill`.
        self.first.set(unsafe { first.read() }.next);
        self.blocks.set(self.blocks.get() - 1);
        Some(first)
    }

    fn put(&self, block: NonNull<Block>) {
        let next = self.first.replace(Some(block));
        // SAFETY: whoever frees a block is done with it, and it is large enough.
        unsafe {
            block.write(Block {
                next,
                next_batch: None,
            });
        }
        self.blocks.set(self.blocks.get() + 1);
    }

    /// Cuts new memory into blocks. `None`: there is no memory left.
    fn fill(&self, class: usize) -> Option<()> {
        let layout = Layout::from_size_align(BATCH, LINE).ok()?;
        // SAFETY: its size is not 0.
        let memory = NonNull::new(unsafe { System.alloc(layout) })?;
        for at in (0..full(class)).rev() {
            // SAFETY: so many blocks lie within the memory.
            self.put(unsafe { memory.add(at * size(class)) }.cast());
        }
        Some(())
    }

    fn swap(&self, other: &Self) {
        self.first.swap(&other.first);
        self.blocks.swap(&other.blocks);
    }
}

/// Bytes of a block.
const fn size(class: usize) -> usize {
    (class + 1) * STEP
}

/// Blocks of a batch.
const fn full(class: usize) -> usize {
    BATCH / size(class)
}

/// A thread's blocks: of each size a batch that it takes from and gives to, and one
/// in reserve, full or empty.
struct Own {
    used: [Batch; CLASSES],
    reserve: [Batch; CLASSES],
}

thread_local! {
    static OWN: Own = const {
        Own {
            used: [const { Batch::empty() }; CLASSES],
            reserve: [const { Batch::empty() }; CLASSES],
        }
    };
}

impl Own {
    fn take(&self, class: usize) -> Link {
        let (used, reserve) = (&self.used[class], &self.reserve[class]);
        if used.first.get().is_none() {
            used.swap(reserve);
        }
        if used.first.get().is_none() {
            match COMMON.take(class) {
                Some(first) => {
                    used.first.set(Some(first));
                    used.blocks.set(full(class));
                }
                None => used.fill(class)?,
            }
        }
        used.take()
    }

    fn put(&self, class: usize, block: NonNull<Block>) {
        let (used, reserve) = (&self.used[class], &self.reserve[class]);
        if used.blocks.get() == full(class) {
            used.swap(reserve);
            if let Some(first) = used.first.take() {
                used.blocks.set(0);
                COMMON.put(class, first);
            }
        }
        used.put(block);
    }
}

/// Full batches that no thread has, by size.
struct Common(Mutex<[Link; CLASSES]>);

// SAFETY: its blocks are free: nobody else has them.
unsafe impl Sync for Common {}

static COMMON: Common = Common(Mutex::new([None; CLASSES]));

impl Common {
    fn take(&self, class: usize) -> Link {
        let mut batches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = batches[class]?;
        // SAFETY: `put` linked it.
        batches[class] = unsafe { first.read() }.next_batch;
        Some(first)
    }

    fn put(&self, class: usize, mut first: NonNull<Block>) {
        let mut batches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: it is free, and the caller gives it away.
        unsafe { first.as_mut() }.next_batch = batches[class].replace(first);
    }
}

/// The allocator.
pub(crate) struct Stock;

impl Stock {
    /// The class of blocks that serve; `None`: they are not for small ones.
    fn class(layout: Layout) -> Option<usize> {
        let is_small = layout.size() <= LARGEST && layout.align() <= STEP;
        is_small.then(|| layout.size().saturating_sub(1) / STEP)
    }

    fn take(class: usize) -> Link {
        OWN.with(|own| {
            if ptr::from_ref(own).addr() < LOWEST {
                let layout = Layout::from_size_align(size(class), STEP).ok()?;
                // SAFETY: its size is not 0.
                return NonNull::new(unsafe { System.alloc(layout) }).map(NonNull::cast);
            }
            own.take(class)
        })
    }
}

// SAFETY: blocks are at least as large and as aligned as asked for, nobody else has
// them until they are freed, and nothing here panics.
unsafe impl GlobalAlloc for Stock {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match Self::class(layout) {
            Some(class) => Self::take(class).map_or(ptr::null_mut(), |it| it.as_ptr().cast()),
            // SAFETY: the caller keeps the same promises.
            None => unsafe { System.alloc(layout) },
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match Self::class(layout) {
            Some(class) => Self::take(class).map_or(ptr::null_mut(), |block| {
                let block = block.as_ptr().cast::<u8>();
                // SAFETY: it is at least so large.
                unsafe { block.write_bytes(0, layout.size()) };
                block
            }),
            // SAFETY: the caller keeps the same promises.
            None => unsafe { System.alloc_zeroed(layout) },
        }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        match (Self::class(layout), NonNull::new(memory)) {
            (Some(class), Some(block)) => OWN.with(|own| own.put(class, block.cast())),
            // SAFETY: the caller keeps the same promises.
            _ => unsafe { System.dealloc(memory, layout) },
        }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller promises that the new size, rounded up, is no overflow.
        let new = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        match (Self::class(layout), Self::class(new)) {
            // SAFETY: the caller keeps the same promises.
            (None, None) => unsafe { System.realloc(memory, layout, new_size) },
            (old_class, new_class) if old_class == new_class => memory,
            _ => {
                // SAFETY: both are as large as is copied, and the old one is the
                // caller's to free.
                unsafe {
                    let moved = self.alloc(new);
                    if !moved.is_null() {
                        moved.copy_from_nonoverlapping(memory, layout.size().min(new_size));
                        self.dealloc(memory, layout);
                    }
                    moved
                }
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::sync::mpsc::channel;
    use std::thread;

    /// A block that is the caller's, with its own number all over it.
    #[derive(Debug)]
    struct Owned {
        address: usize,
        layout: Layout,
        number: u8,
    }

    impl Owned {
        fn new(bytes: usize, number: u8) -> Self {
            let layout = Layout::from_size_align(bytes, 8).unwrap();
            // SAFETY: it has some bytes.
            let memory = unsafe { Stock.alloc(layout) };
            assert!(!memory.is_null());
            assert_eq!(memory.addr() % STEP, 0);
            // SAFETY: it is as large as was asked for.
            unsafe { memory.write_bytes(number, bytes) };
            Self {
                address: memory.expose_provenance(),
                layout,
                number,
            }
        }

        fn memory(&self) -> *mut u8 {
            ptr::with_exposed_provenance_mut(self.address)
        }

        fn check(&self) {
            let bytes = self.layout.size();
            // SAFETY: it is the caller's, and written.
            let all = unsafe { std::slice::from_raw_parts(self.memory(), bytes) };
            assert!(all.iter().all(|it| *it == self.number), "{self:?}");
        }

        fn resize(&mut self, bytes: usize) {
            let (kept, align) = (self.layout.size().min(bytes), self.layout.align());
            // SAFETY: it is the caller's, and the new size is not 0.
            let memory = unsafe { Stock.realloc(self.memory(), self.layout, bytes) };
            self.address = memory.expose_provenance();
            self.layout = Layout::from_size_align(kept, align).unwrap();
            self.check();
            self.layout = Layout::from_size_align(bytes, align).unwrap();
            // SAFETY: it is as large as was asked for.
            unsafe { memory.write_bytes(self.number, bytes) };
        }

        fn free(self) {
            self.check();
            // SAFETY: it is the caller's, who does not have it any more.
            unsafe { Stock.dealloc(self.memory(), self.layout) };
        }
    }

    /// Tests run side by side: smaller sizes are each some one test's.
    const LEAST: usize = 65;

    #[test]
    fn nobody_elses_block_is_written_to() {
        thread::scope(|scope| {
            let (give, get) = channel::<Owned>();
            for number in 1..=3_u8 {
                let give = give.clone();
                scope.spawn(move || {
                    let mut mine = Vec::new();
                    for round in 0..20_000_usize {
                        let bytes = LEAST + (round * 37 + usize::from(number) * 11) % 700;
                        let mut block = Owned::new(bytes, number);
                        match round % 5 {
                            0 => block.free(),
                            // Freed by another thread than took it.
                            1 => give.send(block).unwrap(),
                            2 => {
                                block.resize(LEAST + (round * 13) % 700);
                                mine.push(block);
                            }
                            _ => mine.push(block),
                        }
                        if mine.len() > 500 {
                            mine.drain(..400).for_each(Owned::free);
                        }
                    }
                    mine.into_iter().for_each(Owned::free);
                });
            }
            drop(give);
            get.into_iter().for_each(Owned::free);
        });
    }

    /// The lines of so many blocks that the calling thread takes.
    fn lines(blocks: usize) -> BTreeSet<usize> {
        let taken: Vec<Owned> = (0..blocks).map(|_| Owned::new(40, 9)).collect();
        let lines = taken.iter().map(|it| it.address / LINE).collect();
        // Not freed: nobody else gets them.
        std::mem::forget(taken);
        lines
    }

    #[test]
    fn threads_share_no_cache_line() {
        let others: Vec<_> = (0..3).map(|_| thread::spawn(|| lines(300))).collect();
        let mut all = lines(300);
        for other in others {
            let other = other.join().unwrap();
            assert_eq!(all.intersection(&other).next(), None);
            all.extend(other);
        }
    }

    #[test]
    fn what_one_thread_frees_another_gets() {
        const BYTES: usize = 16;
        let addresses = thread::spawn(|| {
            let blocks: Vec<Owned> = (0..5 * full(0)).map(|_| Owned::new(BYTES, 1)).collect();
            let addresses: BTreeSet<usize> = blocks.iter().map(|it| it.address).collect();
            blocks.into_iter().for_each(Owned::free);
            addresses
        });
        let freed = addresses.join().unwrap();
        assert_eq!(freed.len(), 5 * full(0));
        let again: Vec<Owned> = (0..full(0)).map(|_| Owned::new(BYTES, 2)).collect();
        assert!(again.iter().all(|it| freed.contains(&it.address)));
    }

    #[test]
    fn zeroed_memory_is_zero() {
        for bytes in [LEAST, 200, 512, 600] {
            Owned::new(bytes, 0xff).free();
            let layout = Layout::from_size_align(bytes, 8).unwrap();
            // SAFETY: it has some bytes.
            let memory = unsafe { Stock.alloc_zeroed(layout) };
            let zeros = Owned {
                address: memory.expose_provenance(),
                layout,
                number: 0,
            };
            zeros.free();
        }
    }
}
