//! Operators that threads can compute side by side.
//!
//! The interpreter adapts its instructions to the values they meet (PEP 659:
//! <https://peps.python.org/pep-0659/>). One that it finds no special form for counts
//! down, each time it runs, to its next try, in memory that belongs to the code: all
//! threads that run the function write to the same place, and wait for one another's
//! caches. (CPython without a GIL has a copy of the code for each thread, since 3.14.)
//! Some operators have no special form at all, among them `%` and `//`: for them it is
//! all in vain.

use rustpython_vm::bytecode::{BinaryOperator, CodeObject, CodeUnit, ConstantData, Instruction};

/// Has the operators that the interpreter has no special form for computed as they
/// are, without a count.
pub(crate) fn steady(code: &mut CodeObject) {
    let mut units: Vec<CodeUnit> = code.instructions.to_vec();
    let mut at = 0;
    while let Some(unit) = units.get_mut(at) {
        let its_caches = unit.op.cache_entries();
        if matches!(unit.op, Instruction::BinaryOp { .. }) && is_never_special(u8::from(unit.arg)) {
            // With nothing in its cache it falls back to what computes all operators.
            unit.op = Instruction::BinaryOpExtend;
        }
        at += 1 + its_caches;
    }
    code.instructions = units.into();
    for constant in code.constants.iter_mut() {
        if let ConstantData::Code { code } = constant {
            steady(code);
        }
    }
}

fn is_never_special(operator: u8) -> bool {
    use BinaryOperator::{
        FloorDivide, InplaceFloorDivide, InplaceLshift, InplaceMatrixMultiply, InplacePower,
        InplaceRemainder, InplaceRshift, InplaceTrueDivide, Lshift, MatrixMultiply, Power,
        Remainder, Rshift,
    };
    matches!(
        BinaryOperator::try_from(u32::from(operator)),
        Ok(FloorDivide
            | InplaceFloorDivide
            | InplaceLshift
            | InplaceMatrixMultiply
            | InplacePower
            | InplaceRemainder
            | InplaceRshift
            | InplaceTrueDivide
            | Lshift
            | MatrixMultiply
            | Power
            | Remainder
            | Rshift)
    )
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use rustpython_codegen::compile::{CompileOpts, compile_top};
    use rustpython_vm::bytecode::Instruction;

    /// The operators of a code and of those within it, in their order: those that are
    /// never adapted in brackets.
    fn operators(code: &CodeObject) -> String {
        let mut text = String::new();
        for unit in code.instructions.iter() {
            let operator = BinaryOperator::try_from(u32::from(u8::from(unit.arg)));
            match (unit.op, operator) {
                (Instruction::BinaryOp { .. }, Ok(operator)) => text += &format!("{operator} "),
                (Instruction::BinaryOpExtend, Ok(operator)) => text += &format!("[{operator}] "),
                _ => {}
            }
        }
        for constant in code.constants.iter() {
            if let ConstantData::Code { code } = constant {
                text += &operators(code);
            }
        }
        text
    }

    #[test]
    fn operators_without_a_special_form_are_left_alone() {
        let source = "def f(a, b):\n    a += b % 2\n    a //= b\n    c = lambda: (a - b) >> 1\n    return a[b] * c() / a\n";
        let tree = ruff_python_parser::parse(
            source,
            ruff_python_parser::ParseOptions::from(ruff_python_parser::Mode::Module),
        );
        let file = ruff_source_file::SourceFileBuilder::new("test", source).finish();
        let mode = rustpython_vm::compiler::Mode::Exec;
        let tree = tree.expect("it is a program").into_syntax();
        let mut code = compile_top(tree, file, mode, CompileOpts::default()).unwrap();
        assert_eq!(operators(&code), "% += //= [] * / - >> ");
        steady(&mut code);
        assert_eq!(operators(&code), "[%] += [//=] [] * / - [>>] ");
    }
}
