//! Rules for programs: their size and shape first, so that following them is
//! bounded; then each step, where it stands.

use super::{Check, MAX_NESTING, MAX_REPEATS, MAX_STEPS, MAX_TASKS, Names, Path, Problem};
use crate::experiment::scenario::{PoolKind, Program, Step, Transport};
use std::collections::{BTreeMap, BTreeSet};

/// How large a program is with all that it names.
#[derive(Clone, Copy, Default)]
struct Extent {
    steps: u64,
    depth: u32,
}

/// Whose memory a step runs in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Home {
    Process(usize),
    /// A worker process of a pool.
    Pool(usize),
    /// That of nobody: no thread uses the program.
    Nobody,
}

/// Where a step stands.
#[derive(Clone, Copy)]
struct Place {
    home: Home,
    in_task_of_loop: bool,
    repeats: u32,
}

/// The steps directly inside a step, or the tasks it has.
fn inside(step: &Step) -> (&[Step], &[Program]) {
    match step {
        Step::Repeat { steps, .. } => (steps, &[]),
        Step::RunLoop(tasks) => (&[], tasks),
        Step::Submit { task, .. } => (&[], std::slice::from_ref(task)),
        _ => (&[], &[]),
    }
}

/// The names of programs in `program`. Deeper than is allowed is not looked
/// at.
fn callees<'a>(program: &'a Program, depth: u32, found: &mut Vec<&'a str>) {
    match program {
        Program::Named(name) => found.push(name),
        Program::Steps(steps) => callees_of_steps(steps, depth, found),
    }
}

fn callees_of_steps<'a>(steps: &'a [Step], depth: u32, found: &mut Vec<&'a str>) {
    if depth > MAX_NESTING {
        return;
    }
    for step in steps {
        let (steps, tasks) = inside(step);
        callees_of_steps(steps, depth + 1, found);
        for task in tasks {
            callees(task, depth + 1, found);
        }
    }
}

type Extents<'a> = BTreeMap<&'a str, Extent>;

fn extent(program: &Program, depth: u32, known: &Extents<'_>) -> Extent {
    match program {
        Program::Named(name) => {
            let named = known.get(name.as_str()).copied().unwrap_or_default();
            Extent {
                steps: named.steps,
                depth: named.depth.saturating_add(1),
            }
        }
        Program::Steps(steps) => extent_of_steps(steps, depth, known),
    }
}

fn extent_of_steps(steps: &[Step], depth: u32, known: &Extents<'_>) -> Extent {
    let mut whole = Extent {
        steps: steps.len() as u64,
        depth: 0,
    };
    // Deep enough to be refused; the stack stays bounded.
    if depth > MAX_NESTING {
        return whole;
    }
    for step in steps {
        let (steps, tasks) = inside(step);
        let nested =
            matches!(step, Step::Repeat { .. }).then(|| extent_of_steps(steps, depth + 1, known));
        let tasks = tasks.iter().map(|task| extent(task, depth + 1, known));
        for part in nested.into_iter().chain(tasks) {
            whole.steps = whole.steps.saturating_add(part.steps);
            whole.depth = whole.depth.max(part.depth.saturating_add(1));
        }
    }
    whole
}

impl<'a> Check<'a> {
    pub(super) fn programs(&mut self) {
        if self.shapes() {
            self.steps();
        }
    }

    /// Whether no program contains itself, is too deep or too large.
    fn shapes(&mut self) -> bool {
        let before = self.errors.len();
        let programs = &self.scenario.programs;
        let root = Path::root("programs");
        let mut calls: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut callers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, program) in programs {
            let mut found = Vec::new();
            callees(program, 0, &mut found);
            found.retain(|callee| programs.contains_key(*callee));
            found.sort_unstable();
            found.dedup();
            for callee in &found {
                callers.entry(callee).or_default().push(name);
            }
            calls.insert(name, found);
        }

        // Those that name no other first, so that all a program names is known
        // before it; without recursion, for a chain may be as long as the file.
        let mut open: BTreeMap<&str, usize> = calls
            .iter()
            .map(|(name, found)| (*name, found.len()))
            .collect();
        let mut next: Vec<&str> = open
            .iter()
            .filter(|(_, n)| **n == 0)
            .map(|(x, _)| *x)
            .collect();
        let mut known = Extents::new();
        let mut steps = 0_u64;
        while let Some(name) = next.pop() {
            open.remove(name);
            let whole = extent(&programs[name], 0, &known);
            self.depth(&root.field(name), whole.depth);
            steps = steps.saturating_add(whole.steps);
            known.insert(name, whole);
            for caller in callers.get(name).into_iter().flatten() {
                if let Some(left) = open.get_mut(caller) {
                    *left -= 1;
                    if *left == 0 {
                        next.push(caller);
                    }
                }
            }
        }
        self.cycles(&open.into_keys().collect(), &calls);

        for (at, process) in self.scenario.processes.iter().enumerate() {
            let processes = Path::root("processes");
            let process_path = processes.index(at);
            let list = process_path.field("threads");
            for (at, thread) in process.threads.iter().enumerate() {
                let whole = extent(&thread.program, 0, &known);
                self.depth(&list.index(at).field("program"), whole.depth);
                steps = steps.saturating_add(whole.steps);
            }
        }
        if steps > MAX_STEPS {
            let problem = Problem::OutOfRange {
                value: format!(
                    "{steps} steps in all, with the programs that are named written out"
                ),
                allowed: format!("at most {MAX_STEPS}"),
            };
            self.report(&root, problem);
        }
        self.errors.len() == before
    }

    fn depth(&mut self, path: &Path<'_>, depth: u32) {
        if depth > MAX_NESTING {
            let problem = Problem::OutOfRange {
                value: "nested too deeply".to_owned(),
                allowed: format!(
                    "at most {MAX_NESTING} levels of repeat, run-loop, submit and names"
                ),
            };
            self.report(path, problem);
        }
    }

    /// One error for each cycle among `left`: programs that are in one or lead
    /// to one.
    fn cycles(&mut self, left: &BTreeSet<&str>, calls: &BTreeMap<&str, Vec<&str>>) {
        let mut seen = BTreeSet::new();
        for &start in left {
            let mut chain: Vec<&str> = Vec::new();
            let mut at: BTreeMap<&str, usize> = BTreeMap::new();
            let mut name = start;
            while seen.insert(name) {
                at.insert(name, chain.len());
                chain.push(name);
                // One that is left names another that is.
                match calls[name].iter().find(|callee| left.contains(*callee)) {
                    Some(callee) => name = callee,
                    None => break,
                }
            }
            if let Some(&first) = at.get(name) {
                let mut cycle: Vec<String> =
                    chain[first..].iter().map(ToString::to_string).collect();
                cycle.push(name.to_owned());
                cycle.truncate(10);
                self.report(&Path::root("programs").field(name), Problem::Cycle(cycle));
            }
        }
    }

    /// Every step where it stands. Follows names, which is bounded by
    /// [`MAX_STEPS`].
    fn steps(&mut self) {
        let mut walk = Walk {
            check: self,
            followed: BTreeSet::new(),
            users: BTreeMap::new(),
        };
        for (index, process) in walk.check.scenario.processes.iter().enumerate() {
            let root = Path::root("processes");
            let path = root.index(index);
            let list = path.field("threads");
            for (at, thread) in process.threads.iter().enumerate() {
                let place = Place {
                    home: Home::Process(index),
                    in_task_of_loop: false,
                    repeats: 0,
                };
                walk.program(&list.index(at).field("program"), &thread.program, place);
            }
        }
        let nobody = Place {
            home: Home::Nobody,
            in_task_of_loop: false,
            repeats: 0,
        };
        for (name, program) in &walk.check.scenario.programs {
            if !walk.followed.contains(name.as_str()) {
                walk.program(&Path::root("programs").field(name), program, nobody);
            }
        }
        let users = walk.users;
        self.users_of_channels(&users);
    }

    fn users_of_channels(&mut self, users: &BTreeMap<usize, BTreeSet<Home>>) {
        let scenario = self.scenario;
        for (&channel, users) in users {
            let mut users = users.iter();
            let (Some(&one), Some(&two)) = (users.next(), users.next()) else {
                continue;
            };
            let name = |home| match home {
                Home::Process(index) => {
                    format!("process \"{}\"", scenario.processes[index].name)
                }
                Home::Pool(index) => format!("pool \"{}\"", scenario.pools[index].name),
                Home::Nobody => String::new(),
            };
            let problem = Problem::Misplaced {
                what: format!(
                    "a message passed by reference cannot leave its process, but {} and {} use \
                     the channel",
                    name(one),
                    name(two)
                ),
                instead: "set transport to {\"kind\": \"serialised\"}",
            };
            let root = Path::root("channels");
            self.report(&root.index(channel).field("transport"), problem);
        }
    }
}

struct Walk<'c, 'a> {
    check: &'c mut Check<'a>,
    /// Programs that something uses.
    followed: BTreeSet<&'a str>,
    /// Who uses each channel that passes references.
    users: BTreeMap<usize, BTreeSet<Home>>,
}

impl<'a> Walk<'_, 'a> {
    fn program(&mut self, path: &Path<'_>, program: &'a Program, place: Place) {
        if self.check.is_full() {
            return;
        }
        match program {
            Program::Steps(steps) => self.list(path, steps, place),
            Program::Named(name) => {
                let Some(named) = self.check.scenario.programs.get(name) else {
                    let problem = self.check.programs.missing(name);
                    self.check.report(path, problem);
                    return;
                };
                self.followed.insert(name);
                if place.home != Home::Nobody {
                    self.program(&Path::root("programs").field(name), named, place);
                }
            }
        }
    }

    fn list(&mut self, path: &Path<'_>, steps: &'a [Step], place: Place) {
        for (at, step) in steps.iter().enumerate() {
            self.step(&path.index(at), step, place);
        }
    }

    fn step(&mut self, path: &Path<'_>, step: &'a Step, place: Place) {
        match step {
            Step::Compute(time) => self.check.time(&path.field("compute"), *time),
            Step::Call(time) => self.check.time(&path.field("call"), *time),
            Step::Release(time) => self.check.time(&path.field("release"), *time),
            Step::Native(time) => self.check.time(&path.field("native"), *time),
            Step::Sleep(time) => self.check.time(&path.field("sleep"), *time),
            Step::Io { device, time } => {
                let path = path.field("io");
                self.check.time(&path.field("time"), *time);
                if let Some(device) = device {
                    self.name(&path.field("device"), device, |c| &c.devices);
                }
            }
            Step::Repeat { times, steps } => {
                let path = path.field("repeat");
                self.check.at_least(&path.field("times"), *times, 1);
                let repeats = place.repeats + 1;
                if repeats > MAX_REPEATS {
                    let problem = Problem::OutOfRange {
                        value: format!("the {repeats}th repeat inside another"),
                        allowed: format!("at most the {MAX_REPEATS}th"),
                    };
                    self.check.report(&path, problem);
                }
                self.list(&path.field("steps"), steps, Place { repeats, ..place });
            }
            Step::Lock(name) => self.name(&path.field("lock"), name, |c| &c.locks),
            Step::LockFor { lock, time } => {
                let path = path.field("lock-for");
                self.name(&path.field("lock"), lock, |c| &c.locks);
                self.check.time(&path.field("time"), *time);
            }
            Step::Unlock(name) => self.name(&path.field("unlock"), name, |c| &c.locks),
            Step::Acquire(name) => self.name(&path.field("acquire"), name, |c| &c.semaphores),
            Step::Post(name) => self.name(&path.field("post"), name, |c| &c.semaphores),
            Step::Wait { condition, lock } => {
                let path = path.field("wait");
                self.name(&path.field("condition"), condition, |c| &c.conditions);
                self.name(&path.field("lock"), lock, |c| &c.locks);
            }
            Step::Notify(name) => self.name(&path.field("notify"), name, |c| &c.conditions),
            Step::NotifyAll(name) => self.name(&path.field("notify-all"), name, |c| &c.conditions),
            Step::Barrier(name) => self.name(&path.field("barrier"), name, |c| &c.barriers),
            Step::Send { channel, bytes } => {
                let path = path.field("send");
                self.channel(&path.field("channel"), channel, place);
                self.check.bytes(&path.field("bytes"), *bytes);
            }
            Step::Receive(name) => self.channel(&path.field("receive"), name, place),
            Step::Load(name) => self.name(&path.field("load"), name, |c| &c.objects),
            Step::Store(name) => self.name(&path.field("store"), name, |c| &c.objects),
            Step::Alloc { object, bytes } => {
                let path = path.field("alloc");
                self.name(&path.field("object"), object, |c| &c.objects);
                self.check.bytes(&path.field("bytes"), *bytes);
            }
            Step::Free(name) => self.name(&path.field("free"), name, |c| &c.objects),
            Step::Incref(name) => self.name(&path.field("incref"), name, |c| &c.objects),
            Step::Decref(name) => self.name(&path.field("decref"), name, |c| &c.objects),
            Step::Touch(name) => self.name(&path.field("touch"), name, |c| &c.objects),
            Step::Corrupt(name) => self.name(&path.field("corrupt"), name, |c| &c.objects),
            Step::StartThread(name) => self.start_thread(&path.field("start-thread"), name, place),
            Step::JoinThread(name) => {
                self.thread(&path.field("join-thread"), name, place);
            }
            Step::KillThread(name) => {
                self.thread(&path.field("kill-thread"), name, place);
            }
            Step::StartProcess(name) => {
                self.name(&path.field("start-process"), name, |c| &c.processes);
            }
            Step::JoinProcess(name) => {
                self.name(&path.field("join-process"), name, |c| &c.processes);
            }
            Step::KillProcess(name) => {
                self.name(&path.field("kill-process"), name, |c| &c.processes);
            }
            Step::RunLoop(tasks) => self.run_loop(&path.field("run-loop"), tasks, place),
            Step::Await(time) => {
                let path = path.field("await");
                self.check.time(&path, *time);
                if !place.in_task_of_loop && place.home != Home::Nobody {
                    let problem = Problem::Misplaced {
                        what: "await stands outside the tasks of a run-loop".to_owned(),
                        instead: "use sleep there",
                    };
                    self.check.report(&path, problem);
                }
            }
            Step::Submit {
                pool,
                task,
                count,
                bytes,
            } => {
                let path = path.field("submit");
                self.check.range(&path.field("count"), *count, 1, MAX_TASKS);
                self.check.bytes(&path.field("bytes"), *bytes);
                self.name(&path.field("pool"), pool, |c| &c.pools);
                let home = self.home_of_task(pool, place.home);
                let place = Place {
                    home,
                    in_task_of_loop: false,
                    repeats: 0,
                };
                self.program(&path.field("task"), task, place);
            }
            Step::Gather(name) => self.name(&path.field("gather"), name, |c| &c.pools),
            Step::Yield
            | Step::Unit
            | Step::Ready
            | Step::Add(_)
            | Step::Raise
            | Step::Exit
            | Step::ExitProcess(_)
            | Step::Segfault
            | Step::Hang => {}
        }
    }

    fn name(
        &mut self,
        path: &Path<'_>,
        name: &str,
        of: for<'c> fn(&'c Check<'a>) -> &'c Names<'a>,
    ) {
        let names = of(self.check);
        if names.get(name).is_none() {
            let problem = names.missing(name);
            self.check.report(path, problem);
        }
    }

    fn channel(&mut self, path: &Path<'_>, name: &str, place: Place) {
        self.name(path, name, |c| &c.channels);
        let Some(index) = self.check.channels.get(name) else {
            return;
        };
        let by_reference = Transport::ByReference;
        let transport = self.check.scenario.channels[index].transport;
        if transport == by_reference && place.home != Home::Nobody {
            self.users.entry(index).or_default().insert(place.home);
        }
    }

    fn home_of_task(&self, pool: &str, home: Home) -> Home {
        let Some(index) = self.check.pools.get(pool) else {
            return Home::Nobody;
        };
        match self.check.scenario.pools[index].kind {
            PoolKind::Threads => home,
            _ if home == Home::Nobody => home,
            PoolKind::Executor | PoolKind::Multiprocessing => Home::Pool(index),
        }
    }

    fn run_loop(&mut self, path: &Path<'_>, tasks: &'a [Program], place: Place) {
        if place.in_task_of_loop {
            let problem = Problem::Misplaced {
                what: "a task of a run-loop cannot run a loop itself".to_owned(),
                instead: "put its tasks into the outer run-loop",
            };
            self.check.report(path, problem);
        }
        let place = Place {
            in_task_of_loop: true,
            repeats: 0,
            ..place
        };
        for (at, task) in tasks.iter().enumerate() {
            self.program(&path.index(at), task, place);
        }
    }

    fn thread(&mut self, path: &Path<'_>, name: &str, place: Place) -> Option<usize> {
        match place.home {
            Home::Process(process) => self.check.thread(path, process, name),
            Home::Nobody => None,
            Home::Pool(_) => {
                let problem = Problem::Misplaced {
                    what: format!("a worker process of a pool has no thread \"{name}\""),
                    instead: "only threads of the same process can be named",
                };
                self.check.report(path, problem);
                None
            }
        }
    }

    fn start_thread(&mut self, path: &Path<'_>, name: &str, place: Place) {
        let Some(entry) = self.thread(path, name, place) else {
            return;
        };
        let Home::Process(process) = place.home else {
            return;
        };
        if entry == 0 && self.check.scenario.processes[process].threads[0].count <= 1 {
            let problem = Problem::Misplaced {
                what: format!("\"{name}\" is the main thread, which begins with its process"),
                instead: "start another",
            };
            self.check.report(path, problem);
        }
    }
}
