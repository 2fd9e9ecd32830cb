//! A module of web assembly, as far as splitting it needs to know it: sections
//! as they are, and who calls whom from where.

use super::names;
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeSet;
use std::ops::Range;
use wasmparser::{
    BinaryReader, ElementItems, ExternalKind, FuncType, FunctionBody, GlobalType, KnownCustom,
    MemoryType, Operator, Parser, Payload, RefType, TableType, TypeRef, ValType,
};

pub(super) const HEADER: [u8; 8] = *b"\0asm\x01\0\0\0";

pub(super) const TYPE: u8 = 1;
pub(super) const IMPORT: u8 = 2;
pub(super) const FUNCTION: u8 = 3;
pub(super) const TABLE: u8 = 4;
pub(super) const EXPORT: u8 = 7;
pub(super) const ELEMENT: u8 = 9;
pub(super) const CODE: u8 = 10;

/// All sections in the order that the format prescribes: tags come after
/// memories, the count of data segments before the code.
pub(super) const ORDER: [u8; 13] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

/// A module.
pub(super) struct Module<'w> {
    /// What each section holds.
    sections: Vec<(u8, &'w [u8])>,
    types: Vec<FuncType>,
    /// The type of each function, the imported ones first.
    functions: Vec<u32>,
    imported: u32,
    tables: Vec<TableType>,
    globals: Vec<GlobalType>,
    memory: Option<MemoryType>,
    bodies: Vec<Body<'w>>,
    names: Vec<String>,
    referred_to: BTreeSet<u32>,
    exported: Vec<u32>,
}

/// A function's locals and instructions.
pub(super) struct Body<'w> {
    pub(super) bytes: &'w [u8],
    pub(super) calls: Vec<Call>,
    /// Whether it uses numbers that mean something else in another module.
    is_bound: bool,
}

/// A call of a function by its number.
pub(super) struct Call {
    pub(super) function: u32,
    /// The instruction's bytes in the body's.
    pub(super) at: Range<usize>,
}

impl<'w> Module<'w> {
    pub(super) fn read(wasm: &'w [u8]) -> Result<Self> {
        let mut module = Self {
            sections: Vec::new(),
            types: Vec::new(),
            functions: Vec::new(),
            imported: 0,
            tables: Vec::new(),
            globals: Vec::new(),
            memory: None,
            bodies: Vec::new(),
            names: Vec::new(),
            referred_to: BTreeSet::new(),
            exported: Vec::new(),
        };
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload?;
            if let Some((id, range)) = payload.as_section() {
                let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
                module.sections.push((id, &wasm[range]));
            }
            module.take_in(payload)?;
        }
        ensure!(
            !module.names.is_empty(),
            "the module has no names to tell by what is to be loaded later"
        );
        module.names.resize(module.functions.len(), String::new());
        Ok(module)
    }

    fn take_in(&mut self, payload: Payload<'w>) -> Result<()> {
        match payload {
            Payload::TypeSection(types) => {
                for kind in types.into_iter_err_on_gc_types() {
                    self.types.push(kind?);
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    match import?.ty {
                        TypeRef::Func(kind) => self.functions.push(kind),
                        TypeRef::Table(table) => self.tables.push(table),
                        TypeRef::Global(global) => self.globals.push(global),
                        TypeRef::Memory(memory) => self.memory = Some(memory),
                        other => bail!("an import of a kind that Rust does not make: {other:?}"),
                    }
                }
                self.imported = self.functions.len() as u32;
            }
            Payload::FunctionSection(functions) => {
                for kind in functions {
                    self.functions.push(kind?);
                }
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    self.tables.push(table?.ty);
                }
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    self.globals.push(global?.ty);
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    if export.kind == ExternalKind::Func {
                        self.referred_to.insert(export.index);
                        self.exported.push(export.index);
                    }
                }
            }
            Payload::StartSection { func, .. } => {
                self.referred_to.insert(func);
            }
            Payload::ElementSection(elements) => {
                for element in elements {
                    match element?.items {
                        ElementItems::Functions(functions) => {
                            for function in functions {
                                self.referred_to.insert(function?);
                            }
                        }
                        ElementItems::Expressions(_, expressions) => {
                            for expression in expressions {
                                for operator in expression?.get_operators_reader() {
                                    if let Operator::RefFunc { function_index } = operator? {
                                        self.referred_to.insert(function_index);
                                    }
                                }
                            }
                        }
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                let body = Body::read(body)?;
                self.bodies.push(body);
            }
            Payload::CustomSection(custom) => {
                if let KnownCustom::Name(names) = custom.as_known() {
                    self.names = names::of_functions(names)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// How many functions there are, imported ones included.
    pub(super) fn functions(&self) -> u32 {
        self.functions.len() as u32
    }

    /// The functions that are not imported.
    pub(super) fn defined(&self) -> Range<u32> {
        self.imported..self.functions()
    }

    pub(super) fn bodies(&self) -> u32 {
        self.bodies.len() as u32
    }

    /// A function's body; it must not be imported.
    pub(super) fn body(&self, function: u32) -> &Body<'w> {
        &self.bodies[(function - self.imported) as usize]
    }

    pub(super) fn name(&self, function: u32) -> &str {
        &self.names[function as usize]
    }

    pub(super) fn type_of(&self, function: u32) -> u32 {
        self.functions[function as usize]
    }

    pub(super) fn types(&self) -> u32 {
        self.types.len() as u32
    }

    /// How many parameters functions of a type have.
    pub(super) fn parameters(&self, kind: u32) -> u32 {
        self.types[kind as usize].params().len() as u32
    }

    /// Whether a function can live in another module.
    pub(super) fn is_movable(&self, function: u32) -> bool {
        self.defined().contains(&function) && !self.body(function).is_bound
    }

    /// Whether a function is known by its number otherwise than by calls.
    pub(super) fn is_referred_to(&self, function: u32) -> bool {
        self.referred_to.contains(&function)
    }

    /// What is called from outside.
    pub(super) fn exported(&self) -> &[u32] {
        &self.exported
    }

    pub(super) fn tables(&self) -> u32 {
        self.tables.len() as u32
    }

    pub(super) fn globals(&self) -> u32 {
        self.globals.len() as u32
    }

    /// The type without parameters and results, then each of `kinds` with a
    /// number as its last parameter.
    pub(super) fn more_types(&self, kinds: &[u32]) -> Result<(u32, Vec<u8>)> {
        let mut types = vec![0x60, 0, 0];
        for &kind in kinds {
            let kind = &self.types[kind as usize];
            types.push(0x60);
            types.extend(leb(kind.params().len() as u32 + 1));
            for &parameter in kind.params() {
                types.push(value(parameter)?);
            }
            types.push(0x7f); // i32
            types.extend(leb(kind.results().len() as u32));
            for &result in kind.results() {
                types.push(value(result)?);
            }
        }
        Ok((1 + kinds.len() as u32, types))
    }

    /// The memory, as an import describes it.
    pub(super) fn memory_import(&self) -> Result<Vec<u8>> {
        let memory = self.memory.context("the module imports no memory")?;
        let mut kind = vec![0x02];
        kind.extend(limits(memory.shared, memory.initial, memory.maximum)?);
        Ok(kind)
    }

    /// The tables, as imports describe them.
    pub(super) fn table_imports(&self) -> Result<Vec<Vec<u8>>> {
        let import = |table: &TableType| -> Result<Vec<u8>> {
            let mut kind = vec![0x01, reference(table.element_type)?];
            kind.extend(limits(false, table.initial, table.maximum)?);
            Ok(kind)
        };
        self.tables.iter().map(import).collect()
    }

    /// The globals, as imports describe them.
    pub(super) fn global_imports(&self) -> Result<Vec<Vec<u8>>> {
        let import = |global: &GlobalType| -> Result<Vec<u8>> {
            Ok(vec![
                0x03,
                value(global.content_type)?,
                u8::from(global.mutable),
            ])
        };
        self.globals.iter().map(import).collect()
    }

    /// A section with entries added at its end; nothing if there is neither.
    pub(super) fn section_with(&self, id: u8, more: u32, entries: &[u8]) -> Result<Vec<u8>> {
        let Some((_, there)) = self.sections.iter().find(|(found, _)| *found == id) else {
            if more == 0 {
                return Ok(Vec::new());
            }
            return Ok(section(id, &[leb(more), entries.to_vec()].concat()));
        };
        if more == 0 {
            return Ok(section(id, there));
        }
        let mut reader = BinaryReader::new(there, 0);
        let count = reader.read_var_u32()?;
        let rest = &there[usize::try_from(reader.original_position())?..];
        Ok(section(
            id,
            &[leb(count + more), rest.to_vec(), entries.to_vec()].concat(),
        ))
    }
}

impl<'w> Body<'w> {
    fn read(body: FunctionBody<'w>) -> Result<Self> {
        let start = body.range().start;
        let bytes = body.as_bytes();
        let mut read = Self {
            bytes,
            calls: Vec::new(),
            is_bound: false,
        };
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            let at = usize::try_from(operators.original_position() - start)?;
            match operators.read()? {
                Operator::Call { function_index } => {
                    let end = usize::try_from(operators.original_position() - start)?;
                    read.calls.push(Call {
                        function: function_index,
                        at: at..end,
                    });
                }
                Operator::ReturnCall { .. }
                | Operator::RefFunc { .. }
                | Operator::MemoryInit { .. }
                | Operator::DataDrop { .. }
                | Operator::TableInit { .. }
                | Operator::ElemDrop { .. } => read.is_bound = true,
                _ => {}
            }
        }
        Ok(read)
    }
}

fn value(kind: ValType) -> Result<u8> {
    Ok(match kind {
        ValType::I32 => 0x7f,
        ValType::I64 => 0x7e,
        ValType::F32 => 0x7d,
        ValType::F64 => 0x7c,
        ValType::V128 => 0x7b,
        ValType::Ref(kind) => reference(kind)?,
    })
}

fn reference(kind: RefType) -> Result<u8> {
    Ok(match kind {
        RefType::FUNCREF => 0x70,
        RefType::EXTERNREF => 0x6f,
        other => bail!("a reference of a kind that Rust does not make: {other:?}"),
    })
}

fn limits(shared: bool, least: u64, most: Option<u64>) -> Result<Vec<u8>> {
    let mut limits = vec![u8::from(most.is_some()) | u8::from(shared) << 1];
    limits.extend(leb(u32::try_from(least)?));
    if let Some(most) = most {
        limits.extend(leb(u32::try_from(most)?));
    }
    Ok(limits)
}

/// A section of a module.
pub(super) fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [vec![id], leb(content.len() as u32), content.to_vec()].concat()
}

/// A number, seven bits a byte, the lowest first.
pub(super) fn leb(mut number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// The same as the constant of an instruction: its highest bit is a sign.
pub(super) fn signed_leb(number: u32) -> Vec<u8> {
    let mut bytes = leb(number);
    if let Some(last) = bytes.last_mut()
        && *last & 0x40 != 0
    {
        *last |= 0x80;
        bytes.push(0);
    }
    bytes
}
