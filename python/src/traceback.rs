//! What is said of an exception that nothing caught: as CPython writes it
//! (`Lib/traceback.py`). RustPython's own writer ignores what an exception's `__str__`
//! says, and its notes, and that `from None` hides what came before.

use rustpython_vm::builtins::{PyBaseException, PyBaseExceptionRef};
use rustpython_vm::{AsObject, Py, PyObjectRef, VirtualMachine};

/// The name under which a program stands in tracebacks.
pub(crate) const PROGRAM: &str = "program.py";

/// Of calls that are the same so many are told.
const REPEATED: usize = 3;

/// So deep are groups within groups told of, and so many of one group's exceptions.
const GROUP_DEPTH: usize = 10;
const GROUP_WIDTH: usize = 15;

/// An exception as Python writes it, with the program's lines, and the number of
/// the line in which it was raised.
pub(crate) fn told(
    exception: &PyBaseExceptionRef,
    source: &str,
    vm: &VirtualMachine,
) -> (String, Option<u32>) {
    let mut teller = Teller {
        source,
        vm,
        text: String::new(),
        line: None,
    };
    teller.chain(exception, 0);
    (teller.text, teller.line)
}

/// Writes exceptions, one after the other.
struct Teller<'a> {
    source: &'a str,
    vm: &'a VirtualMachine,
    text: String,
    /// The last line of the program that was named.
    line: Option<u32>,
}

impl Teller<'_> {
    fn say(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// An exception behind those that led to it. `depth`: in so many groups.
    fn chain(&mut self, exception: &PyBaseExceptionRef, depth: usize) {
        let mut chain = vec![(exception.clone(), "")];
        while let Some((last, _)) = chain.last()
            && let Some((before, why)) = self.before(last)
            && !chain.iter().any(|(known, _)| known.is(&before))
        {
            chain.push((before, why));
        }
        for (exception, why) in chain.iter().rev() {
            self.entries(exception);
            self.what(exception, depth);
            if !why.is_empty() {
                self.say(&format!("\n{why}\n"));
            }
        }
    }

    /// The one that led to an exception, and how.
    fn before(
        &self,
        exception: &Py<PyBaseException>,
    ) -> Option<(PyBaseExceptionRef, &'static str)> {
        if let Some(cause) = exception.__cause__() {
            let why = "The above exception was the direct cause of the following exception:";
            return Some((cause, why));
        }
        let hidden = exception
            .as_object()
            .get_attr("__suppress_context__", self.vm)
            .and_then(|hidden| hidden.try_to_bool(self.vm))
            .unwrap_or(false);
        let context = exception.__context__().filter(|_| !hidden)?;
        let why = "During handling of the above exception, another exception occurred:";
        Some((context, why))
    }

    /// The calls through which an exception came.
    fn entries(&mut self, exception: &Py<PyBaseException>) {
        let Some(traceback) = exception.__traceback__() else {
            return;
        };
        self.say("Traceback (most recent call last):");
        // The call that was told last, and how often it came.
        let mut call = (String::new(), 0_usize);
        for entry in traceback.iter() {
            let code = entry.frame.iframe().code();
            let number = entry.lineno.get();
            let text = format!(
                "  File \"{}\", line {number}, in {}",
                code.source_path(),
                code.obj_name
            );
            if call.0 != text {
                self.repeated(call.1);
                call = (text, 0);
            }
            call.1 += 1;
            if call.1 > REPEATED {
                continue;
            }
            self.say(&call.0);
            if let Some(number) = place(&call.0) {
                self.line = Some(number);
                let written = self.source.lines().nth(number.saturating_sub(1) as usize);
                if let Some(written) = written {
                    self.say(&format!("    {}", written.trim()));
                }
            }
        }
        self.repeated(call.1);
    }

    /// Says that a call came more often than is told.
    fn repeated(&mut self, times: usize) {
        if let Some(more @ 1..) = times.checked_sub(REPEATED) {
            let plural = if more == 1 { "" } else { "s" };
            self.say(&format!(
                "  [Previous line repeated {more} more time{plural}]"
            ));
        }
    }

    /// What an exception is: its class and what it says.
    fn what(&mut self, exception: &PyBaseExceptionRef, depth: usize) {
        let plain = self.plain(exception);
        let errors = &self.vm.ctx.exceptions;
        if exception.fast_isinstance(errors.syntax_error) {
            // It names the place, too, with a mark below it.
            self.line = plain.lines().find_map(place).or(self.line);
            self.text.push_str(&plain);
        } else {
            let name = exception.class().name().to_owned();
            let said = exception.as_object().str(self.vm);
            let said = said.map_or("<exception str() failed>".to_owned(), |said| {
                said.to_string_lossy().trim_end().to_owned()
            });
            let suggestion = plain
                .rfind(". Did you mean: '")
                .map_or("", |at| plain[at..].trim_end());
            let suggestion = if said.ends_with(suggestion) {
                ""
            } else {
                suggestion
            };
            let colon = if said.is_empty() { "" } else { ": " };
            self.say(&format!("{name}{colon}{said}{suggestion}"));
        }
        for note in self.elements(exception, "__notes__") {
            let said = note.str(self.vm);
            let said = said.map_or("<note str() failed>".to_owned(), |said| {
                said.to_string_lossy().into_owned()
            });
            self.say(&said);
        }
        if exception.fast_isinstance(errors.base_exception_group) {
            self.members(exception, depth + 1);
        }
    }

    /// The exceptions of a group.
    fn members(&mut self, group: &Py<PyBaseException>, depth: usize) {
        if depth > GROUP_DEPTH {
            self.say(&format!("... (max_group_depth is {GROUP_DEPTH})"));
            return;
        }
        let members = self.elements(group, "exceptions");
        let count = members.len();
        let members = members.into_iter().filter_map(|it| it.downcast().ok());
        for (at, member) in members.take(GROUP_WIDTH).enumerate() {
            let mut teller = Teller {
                text: String::new(),
                line: None,
                ..*self
            };
            let member: PyBaseExceptionRef = member;
            teller.chain(&member, depth);
            let corner = if at == 0 { "  +-+" } else { "    +" };
            self.say(&format!(
                "{corner}---------------- {} ----------------",
                at + 1
            ));
            for line in teller.text.lines() {
                self.say(format!("    | {line}").trim_end());
            }
        }
        if let Some(more @ 1..) = count.checked_sub(GROUP_WIDTH) {
            self.say(&format!("    | and {more} more exceptions"));
        }
        self.say("    +------------------------------------");
    }

    /// An attribute's elements; none if there are none.
    fn elements(
        &self,
        exception: &Py<PyBaseException>,
        attribute: &'static str,
    ) -> Vec<PyObjectRef> {
        exception
            .as_object()
            .get_attr(attribute, self.vm)
            .and_then(|all| self.vm.extract_elements_with(&all, Ok))
            .unwrap_or_default()
    }

    /// What RustPython writes of the exception itself.
    fn plain(&self, exception: &Py<PyBaseException>) -> String {
        let mut plain = String::new();
        let traceback = exception.__traceback__();
        exception.set_traceback(None);
        // Writing to a text cannot fail.
        let _ = self.vm.write_exception_inner(&mut plain, exception);
        exception.set_traceback(traceback);
        plain
    }
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
