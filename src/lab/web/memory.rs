//! A process that runs out of memory says so before it ends: the trap that
//! follows does not tell.

#![expect(unsafe_code, reason = "an allocator is unsafe by its interface")]

use super::leave_last_words;
use std::alloc::{GlobalAlloc, Layout};
use std::fmt::Write;

/// Another allocator, which is asked for everything.
pub(super) struct Telling<A>(pub(super) A);

// SAFETY: every call goes to the other allocator unchanged, and what it answers
// comes back unchanged.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Telling<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the same promises to us.
        told(unsafe { self.0.alloc(layout) }, layout.size())
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { self.0.dealloc(block, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        told(unsafe { self.0.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        told(unsafe { self.0.realloc(block, layout, size) }, size)
    }
}

/// What came back for `size` bytes; if that is nothing, it is told. Almost all
/// code ends then, and what does not has lost no more than a good note.
#[inline]
fn told(block: *mut u8, size: usize) -> *mut u8 {
    if block.is_null() {
        tell(size);
    }
    block
}

#[cold]
fn tell(size: usize) {
    const PAGES_PER_MIB: usize = 16;
    let mib = core::arch::wasm32::memory_size::<0>() / PAGES_PER_MIB;
    // There is nothing left to allocate a text with.
    let mut text = Text::default();
    // Cut off if it should be too long.
    let _ = write!(
        text,
        "it ran out of memory: it has {mib} MiB, and {size} bytes more could not be had"
    );
    leave_last_words(text.as_str());
}

/// A text of limited length, in place.
struct Text {
    bytes: [u8; 128],
    length: usize,
}

impl Default for Text {
    fn default() -> Self {
        Self {
            bytes: [0; 128],
            length: 0,
        }
    }
}

impl Text {
    fn as_str(&self) -> &str {
        // Whole pieces of text only, so it always is one.
        str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl Write for Text {
    fn write_str(&mut self, part: &str) -> std::fmt::Result {
        let end = self.length + part.len();
        let place = self
            .bytes
            .get_mut(self.length..end)
            .ok_or(std::fmt::Error)?;
        place.copy_from_slice(part.as_bytes());
        self.length = end;
        Ok(())
    }
}
