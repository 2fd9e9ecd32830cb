//! Poll points: an operation that is put into a program wherever CPython looks whether
//! somebody wants the GIL, at the entry of a function and at each jump back
//! (`RESUME` and `JUMP_BACKWARD` of its bytecode, see `Python/bytecodes.c`).
//!
//! The interpreter's own such places cannot be reached from outside, so the syntax
//! tree is changed before it is compiled. Ranges are kept, so lines in tracebacks
//! stay what they are.

use crate::steady::steady;
use ruff_python_ast::helpers::is_docstring_stmt;
use ruff_python_ast::relocate::relocate_expr;
use ruff_python_ast::visitor::transformer::{
    Transformer, walk_comprehension, walk_expr, walk_stmt,
};
use ruff_python_ast::{AtomicNodeIndex, Comprehension, Expr, Mod, Stmt, StmtExpr};
use ruff_python_parser::{Mode, ParseOptions, parse, parse_expression};
use ruff_source_file::SourceFileBuilder;
use ruff_text_size::{Ranged, TextRange};
use rustpython_codegen::compile::compile_top;
use rustpython_vm::builtins::{PyBaseExceptionRef, PyCode};
use rustpython_vm::{PyRef, VirtualMachine, compiler};

/// The builtin that polls when it is negated, which gives `True`: the same under two
/// names. To negate is the quickest way from a program into the lab: the interpreter
/// builds no arguments for it, and counts nothing.
///
/// A function keeps it in a local variable of the second name, at its entry. Its loops
/// find it there, and not among the globals, whose lock all threads would share.
pub(crate) const POLLS: [&str; 2] = ["__poll__", "__poll_here__"];

const AT_ENTRY: &str = "-(__poll_here__ := __poll__)";
const IN_LOOP: &str = "-__poll_here__";

/// Compiles a program with poll points in it.
///
/// # Errors
/// `SyntaxError`, in CPython's words.
pub(crate) fn compile(
    source: &str,
    path: &str,
    vm: &VirtualMachine,
) -> Result<PyRef<PyCode>, PyBaseExceptionRef> {
    // As it stands first: what is wrong with it is said in the interpreter's words.
    let plain = vm.compile(source, compiler::Mode::Exec, path);
    let plain = plain.map_err(|error| error.into_pyexception(vm, Some(source)))?;
    let Ok(parsed) = parse(source, ParseOptions::from(Mode::Module)) else {
        return Ok(plain);
    };
    let mut tree = parsed.into_syntax();
    insert(&mut tree);
    let file = SourceFileBuilder::new(path, source).finish();
    let options = vm.compile_opts();
    let mut code = compile_top(tree, file, compiler::Mode::Exec, options).map_err(|error| {
        let error = compiler::CompileError::Codegen(error);
        vm.new_syntax_error(&error, Some(source))
    })?;
    steady(&mut code);
    // Not by the context alone: constant sets need the machine.
    Ok(PyCode::new_ref_from_bytecode(vm, code))
}

/// Puts poll points in.
fn insert(tree: &mut Mod) {
    if let Mod::Module(module) = tree {
        Inserter.visit_body(&mut module.body);
    }
}

struct Inserter;

impl Transformer for Inserter {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        walk_stmt(self, stmt);
        match stmt {
            Stmt::FunctionDef(function) => {
                // The text that documents a function must stay its first statement.
                let at = usize::from(function.body.first().is_some_and(is_docstring_stmt));
                let poll = statement(AT_ENTRY, function.name.range());
                function.body.insert(at, poll);
            }
            Stmt::For(looping) => {
                let poll = statement(IN_LOOP, looping.target.range());
                looping.body.insert(0, poll);
            }
            Stmt::While(looping) => {
                let poll = statement(IN_LOOP, looping.test.range());
                looping.body.insert(0, poll);
            }
            _ => {}
        }
    }

    fn visit_expr(&self, expr: &mut Expr) {
        walk_expr(self, expr);
        if let Expr::Lambda(lambda) = expr {
            let range = lambda.body.range();
            let mut both = written("-__poll__ and value", range);
            if let Expr::BoolOp(both) = &mut both {
                std::mem::swap(&mut both.values[1], &mut lambda.body);
            }
            *lambda.body = both;
        }
    }

    fn visit_comprehension(&self, comprehension: &mut Comprehension) {
        walk_comprehension(self, comprehension);
        let range = comprehension.target.range();
        comprehension.ifs.insert(0, written(IN_LOOP, range));
    }
}

/// What `text` says as an expression that stands where `range` is.
fn written(text: &str, range: TextRange) -> Expr {
    let parsed = parse_expression(text).expect("this file's own texts are expressions");
    let mut expr = *parsed.into_syntax().body;
    relocate_expr(&mut expr, range);
    expr
}

/// An expression as a statement.
fn statement(text: &str, range: TextRange) -> Stmt {
    let statement = StmtExpr {
        node_index: AtomicNodeIndex::default(),
        range,
        value: Box::new(written(text, range)),
    };
    statement.into()
}
