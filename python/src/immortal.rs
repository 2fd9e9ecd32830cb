//! Objects that all threads use are made immortal before threads start: their
//! references are no longer counted. Else each call of a function would have all cores
//! write to the same count, and threads would be hardly faster than one. CPython without
//! a GIL does the same with the same objects when the first thread starts (3.13; PEP 703
//! has more of it: <https://peps.python.org/pep-0703/#immortalization>).

use rustpython_vm::builtins::{
    PyBytes, PyCode, PyDictRef, PyFloat, PyFunction, PyInt, PyModule, PyStr, PyTuple, PyType,
};
use rustpython_vm::{AsObject, PyObject, VirtualMachine};

/// Makes what a program has defined immortal, and what it finds defined.
pub(crate) fn settle(globals: &PyDictRef, vm: &VirtualMachine) {
    globals.as_object().make_immortal();
    for (_, value) in globals {
        keep(&value, vm);
    }
    keep(vm.builtins.as_object(), vm);
    members(vm.builtins.as_object(), vm);
}

/// Makes an object immortal if it is one of those that are never changed but used all
/// the time: functions with their code, classes with their methods, modules, constants.
fn keep(object: &PyObject, vm: &VirtualMachine) {
    if object.is_immortal() && !object.downcastable::<PyType>() {
        return;
    }
    if object.downcastable::<PyFunction>() {
        object.make_immortal();
        if let Ok(code) = object.get_attr("__code__", vm) {
            constants(&code, vm);
        }
    } else if object.downcastable::<PyModule>() || object.downcastable::<PyType>() {
        object.make_immortal();
        members(object, vm);
    } else if object.is_callable() || is_plain(object) {
        object.make_immortal();
    }
}

/// Whether it is a value that cannot change, such as a global constant.
fn is_plain(object: &PyObject) -> bool {
    object.downcastable::<PyInt>()
        || object.downcastable::<PyFloat>()
        || object.downcastable::<PyStr>()
        || object.downcastable::<PyBytes>()
        || object.downcastable::<PyTuple>()
}

/// The members of a module or a class of the program. Classes of the interpreter are
/// its own business.
fn members(owner: &PyObject, vm: &VirtualMachine) {
    let Ok(Ok(names)) = vm.dir(Some(owner.to_owned())).map(|names| {
        names
            .borrow_vec()
            .iter()
            .map(|name| name.str(vm).map(|name| name.to_owned()))
            .collect::<Result<Vec<_>, _>>()
    }) else {
        return;
    };
    for name in names {
        if let Ok(member) = owner.get_attr(&*name, vm)
            && !member.downcastable::<PyType>()
            && !member.downcastable::<PyModule>()
        {
            keep(&member, vm);
        }
    }
}

/// A function's code with its constants, and those of the functions within it.
fn constants(code: &PyObject, vm: &VirtualMachine) {
    if !code.downcastable::<PyCode>() || code.is_immortal() {
        return;
    }
    code.make_immortal();
    let Ok(all) = code.get_attr("co_consts", vm) else {
        return;
    };
    let Ok(all) = vm.extract_elements_with(&all, Ok) else {
        return;
    };
    for constant in all {
        if constant.downcastable::<PyCode>() {
            constants(&constant, vm);
        } else {
            constant.make_immortal();
        }
    }
}
