//! What is said of an exception that nothing caught.

use rustpython_vm::builtins::PyBaseExceptionRef;
use rustpython_vm::{AsObject, VirtualMachine};
use std::fmt::Write;

/// The name under which a program stands in tracebacks.
pub(crate) const PROGRAM: &str = "program.py";

/// Of calls that are the same so many are told, as in CPython (`traceback.py`).
const REPEATED: usize = 3;

/// An exception as Python writes it, with the program's lines, and the number of
/// the line in which it was raised.
pub(crate) fn told(
    exception: &PyBaseExceptionRef,
    source: &str,
    vm: &VirtualMachine,
) -> (String, Option<u32>) {
    let mut plain = String::new();
    if vm.write_exception(&mut plain, exception).is_err() {
        plain = "an exception that could not be written".to_owned();
    }
    name_key(&mut plain, exception, vm);
    let mut told = String::new();
    let mut line = None;
    // The call that is told now, and how often it was.
    let mut call = ("", 0_usize);
    let mut lines = plain.lines().peekable();
    while let Some(text) = lines.next() {
        call = (text, if call.0 == text { call.1 + 1 } else { 1 });
        if call.1 > REPEATED {
            if lines.peek() != Some(&text) {
                let more = call.1 - REPEATED;
                let plural = if more == 1 { "" } else { "s" };
                // Writing to a text cannot fail.
                let _ = writeln!(told, "  [Previous line repeated {more} more time{plural}]");
            }
            continue;
        }
        let _ = writeln!(told, "{text}");
        let Some(number) = place(text) else { continue };
        line = Some(number);
        let has_source = lines.peek().is_some_and(|next| next.starts_with("    "));
        let written = number
            .checked_sub(1)
            .and_then(|at| source.lines().nth(at as usize));
        if let (false, Some(written)) = (has_source, written) {
            let _ = writeln!(told, "    {}", written.trim());
        }
    }
    (told, line)
}

/// A missing key is written as what it is, which tells texts from numbers.
fn name_key(plain: &mut String, exception: &PyBaseExceptionRef, vm: &VirtualMachine) {
    if !exception.fast_isinstance(vm.ctx.exceptions.key_error) {
        return;
    }
    let (Some(from), Ok(key)) = (plain.rfind("KeyError: "), exception.as_object().str(vm)) else {
        return;
    };
    plain.truncate(from + "KeyError: ".len());
    // Writing to a text cannot fail.
    let _ = writeln!(plain, "{}", key.to_string_lossy());
}

/// The line of the program that a line of a traceback names.
fn place(text: &str) -> Option<u32> {
    let rest = text.trim_start().strip_prefix("File \"")?;
    let rest = rest.strip_prefix(PROGRAM)?.strip_prefix("\", line ")?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    rest[..end].parse().ok()
}
