use super::module::{self, Module, leb, section};
use super::{choose, export, name, split};
use wasmparser::{Validator, WasmFeatures};

/// A function of the module below.
struct Function {
    name: &'static str,
    calls: &'static [u32],
}

/// A module with these functions, numbered from 0, of which `exported` are
/// called from outside. Each takes a number, calls others and returns it.
fn module(functions: &[Function], exported: &[u32]) -> Vec<u8> {
    let count = leb(functions.len() as u32);
    let list = |entries: Vec<Vec<u8>>| [leb(entries.len() as u32), entries.concat()].concat();
    let bodies = functions.iter().map(|function| {
        let mut body = vec![0, 0x20, 0];
        for &callee in function.calls {
            body.push(0x10);
            body.extend(leb(callee));
        }
        body.push(0x0b);
        [leb(body.len() as u32), body].concat()
    });
    let names = functions.iter().zip(0..).map(|(function, i)| {
        // As the compiler marks crates.
        let marked = function.name.replacen("::", "[0123456789abcdef]::", 1);
        [leb(i), name(&marked)].concat()
    });
    let names = list(names.collect());
    let exports = exported.iter().map(|&f| export(&format!("f{f}"), 0, f));
    // A shared memory, as an import.
    let memory = [name("env"), name("memory"), vec![0x02, 3, 1, 2]].concat();
    [
        module::HEADER.to_vec(),
        section(module::TYPE, &[1, 0x60, 1, 0x7f, 1, 0x7f]),
        section(module::IMPORT, &list(vec![memory])),
        section(
            module::FUNCTION,
            &[count.clone(), vec![0; functions.len()]].concat(),
        ),
        section(module::TABLE, &[1, 0x70, 0, 1]),
        section(module::EXPORT, &list(exports.collect())),
        section(
            module::CODE,
            &[count, bodies.collect::<Vec<_>>().concat()].concat(),
        ),
        section(
            0,
            &[name("name"), vec![1], leb(names.len() as u32), names].concat(),
        ),
    ]
    .concat()
}

const fn function(name: &'static str, calls: &'static [u32]) -> Function {
    Function { name, calls }
}

/// Nothing of a test's is longer than what stays because it is small, so each
/// calls one and the same many times.
const OFTEN: [u32; 80] = [5; 80];

fn example() -> Vec<u8> {
    module(
        &[
            function("timeslice_page::main", &[1, 3, 5]),
            function("timeslice::later", &OFTEN),
            function("timeslice::lab_answer", &[5]),
            function("timeslice::later_too", &[4]),
            function("core::helper", &OFTEN),
            function("core::common", &[]),
            function("timeslice::later_in_workers", &OFTEN),
            function("timeslice::lab_ask", &[6]),
        ],
        &[0, 2, 7],
    )
}

fn is_later(name: &str) -> bool {
    name.starts_with("timeslice::later")
}

#[test]
fn what_is_later_goes_with_what_only_it_calls() {
    let wasm = example();
    let module = Module::read(&wasm).unwrap();
    let taken: Vec<&str> = choose(&module, is_later)
        .into_iter()
        .map(|f| module.name(f))
        .collect();
    // Not: what is small (`later_too` is but a call), what workers call, what
    // both parts call. The helper is called by what stays.
    assert_eq!(taken, ["timeslice::later"]);
}

#[test]
fn both_parts_are_modules() {
    let parts = split(&example(), is_later).unwrap();
    for part in [&parts.first, &parts.rest] {
        Validator::new_with_features(WasmFeatures::default())
            .validate_all(part)
            .unwrap();
    }
    let first = Module::read(&parts.first);
    assert!(first.is_err(), "the names are of no use to visitors");
}

#[test]
fn a_module_without_names_is_refused() {
    assert!(split(b"\0asm\x01\0\0\0", is_later).is_err());
}
