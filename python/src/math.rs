//! The module `math`: what programs that compute need most of it. RustPython's own
//! is in a package with much besides that a browser has no use for.

use rustpython_vm::builtins::PyIntRef;
use rustpython_vm::function::{ArgIntoFloat, OptionalArg, PosArgs};
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine};
use std::f64::consts::{E, PI, TAU};

type Of<const N: usize> = (&'static str, fn([f64; N]) -> f64);

const CONSTANTS: [(&str, f64); 5] = [
    ("e", E),
    ("inf", f64::INFINITY),
    ("nan", f64::NAN),
    ("pi", PI),
    ("tau", TAU),
];

const OF_ONE: [Of<1>; 18] = [
    ("acos", |[x]| x.acos()),
    ("asin", |[x]| x.asin()),
    ("atan", |[x]| x.atan()),
    ("cbrt", |[x]| x.cbrt()),
    ("cos", |[x]| x.cos()),
    ("cosh", |[x]| x.cosh()),
    ("degrees", |[x]| x.to_degrees()),
    ("exp", |[x]| x.exp()),
    ("exp2", |[x]| x.exp2()),
    ("expm1", |[x]| x.exp_m1()),
    ("fabs", |[x]| x.abs()),
    ("log1p", |[x]| x.ln_1p()),
    ("radians", |[x]| x.to_radians()),
    ("sin", |[x]| x.sin()),
    ("sinh", |[x]| x.sinh()),
    ("sqrt", |[x]| x.sqrt()),
    ("tan", |[x]| x.tan()),
    ("tanh", |[x]| x.tanh()),
];

const OF_TWO: [Of<2>; 4] = [
    ("atan2", |[x, y]| x.atan2(y)),
    ("copysign", |[x, y]| x.copysign(y)),
    ("fmod", |[x, y]| x % y),
    ("pow", |[x, y]| x.powf(y)),
];

/// Puts the module in.
///
/// # Errors
/// None that a program can cause.
pub(crate) fn install(vm: &VirtualMachine) -> PyResult<()> {
    let module = vm.new_module("math", vm.ctx.new_dict(), None);
    for (name, value) in CONSTANTS {
        module.set_attr(name, vm.ctx.new_float(value), vm)?;
    }
    for (name, does) in OF_ONE {
        let function = vm.new_function(name, move |x: ArgIntoFloat, vm: &VirtualMachine| {
            checked(does, [f64::from(x)], vm)
        });
        module.set_attr(name, function, vm)?;
    }
    for (name, does) in OF_TWO {
        let function = vm.new_function(
            name,
            move |x: ArgIntoFloat, y: ArgIntoFloat, vm: &VirtualMachine| {
                checked(does, [f64::from(x), f64::from(y)], vm)
            },
        );
        module.set_attr(name, function, vm)?;
    }
    // Numbers know these themselves, exactly.
    for (name, method) in [
        ("ceil", "__ceil__"),
        ("floor", "__floor__"),
        ("trunc", "__trunc__"),
    ] {
        let function = vm.new_function(name, move |x: PyObjectRef, vm: &VirtualMachine| {
            vm.call_method(&x, method, ())
        });
        module.set_attr(name, function, vm)?;
    }
    for (name, is_it) in [
        ("isfinite", f64::is_finite as fn(f64) -> bool),
        ("isinf", f64::is_infinite),
        ("isnan", f64::is_nan),
    ] {
        let function = vm.new_function(name, move |x: ArgIntoFloat| is_it(f64::from(x)));
        module.set_attr(name, function, vm)?;
    }
    for (name, does) in [("log2", f64::log2 as fn(f64) -> f64), ("log10", f64::log10)] {
        let function = vm.new_function(name, move |x: ArgIntoFloat, vm: &VirtualMachine| {
            logarithm(does, f64::from(x), vm)
        });
        module.set_attr(name, function, vm)?;
    }
    module.set_attr("log", vm.new_function("log", log), vm)?;
    module.set_attr("gcd", vm.new_function("gcd", gcd), vm)?;
    module.set_attr("isqrt", vm.new_function("isqrt", isqrt), vm)?;
    module.set_attr("factorial", vm.new_function("factorial", factorial), vm)?;
    module.set_attr("hypot", vm.new_function("hypot", hypot), vm)?;
    let modules = vm.sys_module.get_attr("modules", vm)?;
    modules.set_item("math", module.into(), vm)
}

/// A result, which must be a number where the arguments are, and finite where they
/// are (C99, annex F, as `Modules/mathmodule.c` has it).
fn checked<const N: usize>(
    does: fn([f64; N]) -> f64,
    of: [f64; N],
    vm: &VirtualMachine,
) -> PyResult<f64> {
    let result = does(of);
    if result.is_nan() && !of.iter().any(|x| x.is_nan()) {
        return Err(vm.new_value_error("math domain error"));
    }
    if result.is_infinite() && of.iter().all(|x| x.is_finite()) {
        return Err(vm.new_overflow_error("math range error"));
    }
    Ok(result)
}

fn logarithm(does: fn(f64) -> f64, x: f64, vm: &VirtualMachine) -> PyResult<f64> {
    if x <= 0.0 {
        return Err(vm.new_value_error("expected a positive input"));
    }
    Ok(does(x))
}

fn log(x: ArgIntoFloat, base: OptionalArg<ArgIntoFloat>, vm: &VirtualMachine) -> PyResult<f64> {
    let natural = logarithm(f64::ln, f64::from(x), vm)?;
    match base {
        OptionalArg::Missing => Ok(natural),
        OptionalArg::Present(base) => {
            let of_base = logarithm(f64::ln, f64::from(base), vm)?;
            if of_base == 0.0 {
                return Err(vm.new_zero_division_error("division by zero"));
            }
            Ok(natural / of_base)
        }
    }
}

fn hypot(sides: PosArgs<ArgIntoFloat>) -> f64 {
    sides
        .into_iter()
        .fold(0.0, |so_far: f64, side| so_far.hypot(f64::from(side)))
}

/// The greatest common divisor, by Euclid.
fn gcd(numbers: PosArgs<PyIntRef>, vm: &VirtualMachine) -> PyResult {
    let mut divisor: PyObjectRef = vm.ctx.new_int(0).into();
    for number in numbers {
        let mut rest: PyObjectRef = number.into();
        while rest.clone().try_to_bool(vm)? {
            let next = vm._mod(&divisor, &rest)?;
            divisor = std::mem::replace(&mut rest, next);
        }
    }
    vm._abs(&divisor)
}

/// The integer square root, by Newton from above.
fn isqrt(number: PyIntRef, vm: &VirtualMachine) -> PyResult {
    let number: PyObjectRef = number.into();
    let (zero, one) = (vm.ctx.new_int(0), vm.ctx.new_int(1));
    if number.rich_compare_bool(
        zero.as_object(),
        rustpython_vm::types::PyComparisonOp::Lt,
        vm,
    )? {
        return Err(vm.new_value_error("isqrt() argument must be nonnegative"));
    }
    let bits = vm.call_method(&number, "bit_length", ())?;
    let more = vm._add(&bits, one.as_object())?;
    let half = vm._rshift(&more, one.as_object())?;
    let mut root = vm._lshift(one.as_object(), &half)?;
    loop {
        if !root.clone().try_to_bool(vm)? {
            return Ok(root);
        }
        let sum = vm._add(&root, &*vm._floordiv(&number, &root)?)?;
        let next = vm._rshift(&sum, one.as_object())?;
        if next.rich_compare_bool(&root, rustpython_vm::types::PyComparisonOp::Ge, vm)? {
            return Ok(root);
        }
        root = next;
    }
}

fn factorial(number: PyIntRef, vm: &VirtualMachine) -> PyResult {
    let until: u32 = number
        .try_to_primitive(vm)
        .map_err(|_| vm.new_value_error("factorial() not defined for negative or huge values"))?;
    let mut product: PyObjectRef = vm.ctx.new_int(1).into();
    for factor in 2..=until {
        product = vm._mul(&product, vm.ctx.new_int(factor).as_object())?;
    }
    Ok(product)
}
