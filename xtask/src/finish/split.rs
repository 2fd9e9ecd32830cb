//! Splitting the page's web assembly: what the first picture needs, and the
//! rest, which is loaded behind it.
//!
//! The first part is the whole module with the bodies of some functions taken
//! out. In a body's place stands a *door*: it calls the function through a
//! table that the second part fills when it is there; through slot 0, which the
//! page fills before anything runs, it first has the second part loaded if it is
//! not there yet. Data, function numbers, and what the module offers and wants
//! stay as they are, so the glue and the workers notice nothing; these never
//! call what was taken out.
//!
//! The second part has its functions only. It shares memory, tables and
//! globals with the first, and calls into it through the same table.

mod module;
mod names;

use anyhow::{Result, ensure};
use module::{Body, Module, leb, section, signed_leb};
use std::collections::{BTreeMap, BTreeSet};

/// What runs the page, and in workers returns at once.
const PAGE: &str = "timeslice_page::main";

/// Up to so many bytes, a function that the first part calls stays there.
const SMALL: usize = 128;

/// Exported by the first part and imported by the second: the table of doors.
const DOORS: &str = "doors";

/// Both parts.
pub(super) struct Parts {
    pub(super) first: Vec<u8>,
    pub(super) rest: Vec<u8>,
}

/// Splits a module that has its functions' names. `later` tells by its name
/// whether a function is not needed for the first picture; what only those call
/// goes with them.
///
/// # Errors
/// If the module is none, or does what web assembly made from Rust does not.
pub(super) fn split(wasm: &[u8], later: impl Fn(&str) -> bool) -> Result<Parts> {
    let module = Module::read(wasm)?;
    let taken = choose(&module, later);
    ensure!(!taken.is_empty(), "no function is to be loaded later");
    let plan = Plan::new(&module, &taken)?;
    Ok(Parts {
        first: plan.first()?,
        rest: plan.rest()?,
    })
}

/// The functions to be taken out.
fn choose(module: &Module<'_>, later: impl Fn(&str) -> bool) -> BTreeSet<u32> {
    let everywhere = called_in_workers(module);
    let mut taken: BTreeSet<u32> = module
        .defined()
        .filter(|f| module.is_movable(*f) && !everywhere.contains(f) && later(module.name(*f)))
        .collect();
    let mut callers: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for f in module.defined() {
        for call in &module.body(f).calls {
            callers.entry(call.function).or_default().push(f);
        }
    }
    // What is small and wanted by the first part stays: a door is no smaller, and
    // the compiler has given functions of the same body one of their names, any.
    loop {
        let stays = |f: &u32| {
            let mut called = callers.get(f).into_iter().flatten();
            module.body(*f).bytes.len() <= SMALL
                && (module.is_referred_to(*f) || called.any(|caller| !taken.contains(caller)))
        };
        let stay: Vec<u32> = taken.iter().copied().filter(stays).collect();
        if stay.is_empty() {
            break;
        }
        for f in stay {
            taken.remove(&f);
        }
    }
    // What only they call goes, too. Each round may free what only the last
    // round's call.
    loop {
        let more: Vec<u32> = callers
            .iter()
            .filter(|&(f, callers)| {
                !taken.contains(f)
                    && module.is_movable(*f)
                    && !module.is_referred_to(*f)
                    && callers
                        .iter()
                        .all(|caller| taken.contains(caller) || caller == f)
            })
            .map(|(&f, _)| f)
            .collect();
        if more.is_empty() {
            return taken;
        }
        taken.extend(more);
    }
}

/// What exported functions call, directly or through others: workers may, too.
/// Not what the page's `main` calls, which in a worker does nothing. (What is
/// called through tables cannot be told from here; the names must do.)
fn called_in_workers(module: &Module<'_>) -> BTreeSet<u32> {
    let mut called = BTreeSet::new();
    let mut open = module.exported().to_vec();
    while let Some(f) = open.pop() {
        let is_new = module.defined().contains(&f) && called.insert(f);
        if is_new && module.name(f) != PAGE {
            open.extend(module.body(f).calls.iter().map(|call| call.function));
        }
    }
    called
}

/// Who stands where.
struct Plan<'m> {
    module: &'m Module<'m>,
    /// The functions taken out, in order: the second part's numbers.
    taken: Vec<u32>,
    local: BTreeMap<u32, u32>,
    /// Slots of the table: of the functions taken out, and of those of the first
    /// part that they call.
    slots: BTreeMap<u32, u32>,
    /// Those that the second part calls, in the order of their slots.
    called: Vec<u32>,
    /// The table's number.
    table: u32,
    /// The number of the type without parameters and results.
    void: u32,
    /// For each type of a function that is called from the first part, the
    /// function that goes through the door.
    through: BTreeMap<u32, u32>,
    /// Functions taken out that the first part calls or refers to.
    with_door: BTreeSet<u32>,
}

impl<'m> Plan<'m> {
    fn new(module: &'m Module<'m>, taken: &BTreeSet<u32>) -> Result<Self> {
        let is_taken = |f: &u32| taken.contains(f);
        let list: Vec<u32> = taken.iter().copied().collect();
        let local = list.iter().zip(0..).map(|(&f, i)| (f, i)).collect();
        let mut slots: BTreeMap<u32, u32> = list.iter().zip(1..).map(|(&f, s)| (f, s)).collect();
        let mut called = Vec::new();
        for f in &list {
            for call in &module.body(*f).calls {
                let next = 1 + list.len() as u32 + called.len() as u32;
                slots.entry(call.function).or_insert_with(|| {
                    called.push(call.function);
                    next
                });
            }
        }
        let mut with_door: BTreeSet<u32> = module
            .defined()
            .filter(|f| !is_taken(f))
            .flat_map(|f| module.body(f).calls.iter().map(|call| call.function))
            .filter(|f| is_taken(f))
            .collect();
        with_door.extend(list.iter().filter(|&&f| module.is_referred_to(f)));
        let kinds: BTreeSet<u32> = with_door.iter().map(|&f| module.type_of(f)).collect();
        let through = kinds.into_iter().zip(module.functions()..).collect();
        Ok(Self {
            module,
            local,
            slots,
            called,
            table: module.tables(),
            void: module.types(),
            through,
            with_door,
            taken: list,
        })
    }

    fn first(&self) -> Result<Vec<u8>> {
        let module = self.module;
        let through: Vec<u32> = self.through.keys().copied().collect();
        let slots = 1 + (self.taken.len() + self.called.len()) as u32;
        let mut wasm = module::HEADER.to_vec();
        for id in module::ORDER {
            let added: (u32, Vec<u8>) = match id {
                module::TYPE => module.more_types(&through)?,
                module::FUNCTION => (
                    through.len() as u32,
                    (1..)
                        .zip(&through)
                        .flat_map(|(i, _)| leb(self.void + i))
                        .collect(),
                ),
                module::TABLE => {
                    // funcref, at least and at most so many.
                    let mut table = vec![0x70, 1];
                    table.extend(leb(slots));
                    table.extend(leb(slots));
                    (1, table)
                }
                module::EXPORT => self.exports(),
                module::ELEMENT => (1, self.segment(1 + self.taken.len() as u32, &self.called)),
                module::CODE => {
                    let mut code = leb(module.bodies() + through.len() as u32);
                    for f in module.defined() {
                        let body = match self.local.get(&f) {
                            None => module.body(f).bytes.to_vec(),
                            Some(_) if self.with_door.contains(&f) => self.door(f),
                            // No locals; unreachable; end.
                            Some(_) => vec![0, 0x00, 0x0b],
                        };
                        code.extend(leb(body.len() as u32));
                        code.extend(body);
                    }
                    for &kind in &through {
                        let body = self.go_through(kind);
                        code.extend(leb(body.len() as u32));
                        code.extend(body);
                    }
                    wasm.extend(section(id, &code));
                    continue;
                }
                _ => (0, Vec::new()),
            };
            wasm.extend(module.section_with(id, added.0, &added.1)?);
        }
        Ok(wasm)
    }

    fn rest(&self) -> Result<Vec<u8>> {
        let module = self.module;
        let mut wasm = module::HEADER.to_vec();
        wasm.extend(module.section_with(module::TYPE, 0, &[])?);

        let mut imports = vec![import("m0", &module.memory_import()?)];
        for (table, kind) in module.table_imports()?.iter().enumerate() {
            imports.push(import(&format!("t{table}"), kind));
        }
        let slots = 1 + (self.taken.len() + self.called.len()) as u32;
        let doors = [vec![0x01, 0x70, 1], leb(slots), leb(slots)].concat();
        imports.push(import(DOORS, &doors));
        for (global, kind) in module.global_imports()?.iter().enumerate() {
            imports.push(import(&format!("g{global}"), kind));
        }
        let count = leb(imports.len() as u32);
        wasm.extend(section(module::IMPORT, &[count, imports.concat()].concat()));

        let mut types = leb(self.taken.len() as u32);
        types.extend(self.taken.iter().flat_map(|&f| leb(module.type_of(f))));
        wasm.extend(section(module::FUNCTION, &types));

        let own: Vec<u32> = (0..self.taken.len() as u32).collect();
        let segment = [leb(1), self.segment(1, &own)].concat();
        wasm.extend(section(module::ELEMENT, &segment));

        let mut code = leb(self.taken.len() as u32);
        for &f in &self.taken {
            let body = self.moved(module.body(f));
            code.extend(leb(body.len() as u32));
            code.extend(body);
        }
        wasm.extend(section(module::CODE, &code));
        Ok(wasm)
    }

    /// What the second part wants of the first.
    fn exports(&self) -> (u32, Vec<u8>) {
        let mut exports = vec![export("m0", 0x02, 0), export(DOORS, 0x01, self.table)];
        for table in 0..self.module.tables() {
            exports.push(export(&format!("t{table}"), 0x01, table));
        }
        for global in 0..self.module.globals() {
            exports.push(export(&format!("g{global}"), 0x03, global));
        }
        (exports.len() as u32, exports.concat())
    }

    /// Functions put into the table of doors from a slot on.
    fn segment(&self, from: u32, functions: &[u32]) -> Vec<u8> {
        // Active, of this table; i32.const; end; functions.
        let mut segment = [
            vec![2],
            leb(self.table),
            vec![0x41],
            signed_leb(from),
            vec![0x0b, 0],
        ]
        .concat();
        segment.extend(leb(functions.len() as u32));
        segment.extend(functions.iter().flat_map(|&f| leb(f)));
        segment
    }

    /// What stands in the place of a function's body.
    fn door(&self, f: u32) -> Vec<u8> {
        let kind = self.module.type_of(f);
        let mut body = vec![0];
        for parameter in 0..self.module.parameters(kind) {
            body.push(0x20); // local.get
            body.extend(leb(parameter));
        }
        body.push(0x41); // i32.const
        body.extend(signed_leb(self.slots[&f]));
        body.push(0x10); // call
        body.extend(leb(self.through[&kind]));
        body.push(0x0b);
        body
    }

    /// The function behind all doors of a type: it has the slot as its last
    /// parameter.
    fn go_through(&self, kind: u32) -> Vec<u8> {
        let slot = self.module.parameters(kind);
        let mut body = vec![0, 0x20];
        body.extend(leb(slot));
        body.push(0x25); // table.get
        body.extend(leb(self.table));
        body.extend([0xd1, 0x04, 0x40, 0x41, 0, 0x11]); // is null: if; i32.const 0; call_indirect
        body.extend(leb(self.void));
        body.extend(leb(self.table));
        body.push(0x0b); // end if
        for parameter in 0..=slot {
            body.push(0x20);
            body.extend(leb(parameter));
        }
        body.push(0x11); // call_indirect
        body.extend(leb(kind));
        body.extend(leb(self.table));
        body.push(0x0b);
        body
    }

    /// A body with its calls as the second part makes them.
    fn moved(&self, body: &Body<'_>) -> Vec<u8> {
        let mut moved = Vec::with_capacity(body.bytes.len());
        let mut done = 0;
        for call in &body.calls {
            moved.extend(&body.bytes[done..call.at.start]);
            if let Some(&local) = self.local.get(&call.function) {
                moved.push(0x10);
                moved.extend(leb(local));
            } else {
                moved.push(0x41);
                moved.extend(signed_leb(self.slots[&call.function]));
                moved.push(0x11);
                moved.extend(leb(self.module.type_of(call.function)));
                moved.extend(leb(self.table));
            }
            done = call.at.end;
        }
        moved.extend(&body.bytes[done..]);
        moved
    }
}

fn name(name: &str) -> Vec<u8> {
    [leb(name.len() as u32), name.as_bytes().to_vec()].concat()
}

fn import(of: &str, kind: &[u8]) -> Vec<u8> {
    [name("first"), name(of), kind.to_vec()].concat()
}

fn export(of: &str, kind: u8, index: u32) -> Vec<u8> {
    [name(of), vec![kind], leb(index)].concat()
}

#[cfg(test)]
mod tests;
