//! What the Program tab works with, besides the program that is shown.

use super::super::{Effect, File, State};
use super::sliders::from_sliders;
use super::{Example, FOLDER, JOB_LIST, ProgramError, SKELETON, Written, written};
use crate::app::english::program as text;
use crate::app::exercise::{Answering, Exercise};
use crate::app::place::Left;
use crate::experiment::scenario::import::Format;
use crate::experiment::scenario::{Document, Program, Scenario, Step};
use serde_json::Value;
use std::rc::Rc;

/// What lies on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Desk {
    /// The text of the editor while there is no program to show for it, with
    /// what is wrong with it.
    pub draft: Option<(String, Vec<ProgramError>)>,
    /// The text that the page put into the editor last.
    pub given: String,
    /// What the visitor had written before the page put another text in its
    /// place.
    pub own: Option<String>,
    /// The example that is being fetched.
    pub fetching: Option<Example>,
    /// The example whose text was given last.
    pub example: Option<Example>,
    /// Why a file could not be opened.
    pub refusal: Option<String>,
    /// The exercise that is set.
    pub answering: Option<Rc<Answering>>,
}

/// What can happen at the desk.
#[derive(Debug, Clone, PartialEq)]
pub enum DeskAction {
    /// The visitor chose an example.
    Choose(Example),
    /// Its text came, or why it did not.
    Fetched(Example, Result<String, String>),
    /// The visitor wants a text to begin with.
    New,
    /// The visitor wants a job list.
    NewJobs,
    /// The visitor wants the sliders' experiment as a program.
    FromSliders,
    /// The visitor wants the last text of their own back.
    Own,
    /// The visitor opened a file: its name and its text, or why not.
    Opened(String, Result<String, String>),
    /// The visitor wants the text as a file.
    Save,
    /// The visitor wants this exercise.
    Exercise(Exercise),
    /// The visitor answered: the number of the field, and what was entered.
    Answer(usize, String),
    /// The visitor wants the answers checked.
    Check,
    /// The visitor gives up.
    ShowMe,
    /// The visitor has enough of exercises.
    EndExercise,
}

impl State {
    /// The text of the editor.
    #[must_use]
    pub fn program_text(&self) -> &str {
        match (&self.program, &self.desk.draft) {
            (Some(program), _) => &program.text,
            (None, Some((text, _))) => text,
            (None, None) => "",
        }
    }

    /// What is wrong with it.
    #[must_use]
    pub fn program_errors(&self) -> &[ProgramError] {
        match (&self.program, &self.desk.draft) {
            (Some(program), _) => &program.errors,
            (None, Some((_, errors))) => errors,
            (None, None) => &[],
        }
    }

    /// Whether what is shown is the answer to an exercise that the visitor has
    /// not given yet.
    #[must_use]
    pub fn hides_answer(&self) -> bool {
        let open = self
            .desk
            .answering
            .as_ref()
            .is_some_and(|answering| !answering.is_shown());
        open && self.program.is_some()
    }

    /// The exercise that is set, for a link.
    #[must_use]
    pub fn exercise_key(&self) -> Option<String> {
        let answering = self.desk.answering.as_ref()?;
        Some(answering.exercise.to_key())
    }

    pub(in crate::app) fn desk(&mut self, action: DeskAction) -> Vec<Effect> {
        match action {
            DeskAction::Choose(example) => {
                self.desk_mut().fetching = Some(example);
                return vec![Effect::Fetch(example)];
            }
            DeskAction::Fetched(example, text) => {
                // Only the last one chosen counts.
                if self.desk.fetching != Some(example) {
                    return Vec::new();
                }
                self.desk_mut().fetching = None;
                match text {
                    Ok(text) => {
                        let effects = self.give(text);
                        self.desk_mut().example = Some(example);
                        return effects;
                    }
                    Err(why) => {
                        let file = format!("{FOLDER}/{}", example.file);
                        self.desk_mut().refusal = Some(text::not_fetched(&file, &why));
                    }
                }
            }
            DeskAction::New => return self.give(SKELETON.to_owned()),
            DeskAction::NewJobs => return self.give(JOB_LIST.to_owned()),
            DeskAction::FromSliders => {
                let text = from_sliders(&self.experiment);
                return self.give(text);
            }
            DeskAction::Own => {
                if let Some(own) = self.desk.own.clone() {
                    let effects = self.give(own);
                    // It is their own, also if it is not changed any further.
                    self.desk_mut().given.clear();
                    return effects;
                }
            }
            DeskAction::Opened(name, text) => match text.and_then(|text| opened(&name, text)) {
                Ok(text) => {
                    let effects = self.give(text);
                    self.desk_mut().given.clear();
                    return effects;
                }
                Err(why) => self.desk_mut().refusal = Some(format!("{name}: {why}")),
            },
            DeskAction::Save => {
                let text = self.program_text().to_owned();
                return vec![Effect::Download(File::json("timeslice-program.json", text))];
            }
            DeskAction::Exercise(exercise) => {
                let answering = Answering::new(exercise);
                let text = answering.text().to_owned();
                self.put_by();
                self.desk_mut().given.clone_from(&text);
                self.desk_mut().answering = Some(Rc::new(answering));
                return self.write(&text);
            }
            DeskAction::Answer(field, text) => self.answering(|it| it.answer(field, text)),
            DeskAction::Check => {
                // The simulator tells the answer, as for any other program.
                self.answering(Answering::check);
            }
            DeskAction::ShowMe => self.answering(Answering::show),
            DeskAction::EndExercise => self.desk_mut().answering = None,
        }
        Vec::new()
    }

    /// The visitor came to the tab, or left it: a program that is not shown is
    /// kept, and one that was is shown again.
    pub(in crate::app) fn turn_to(&mut self, left: Left) -> Vec<Effect> {
        match left {
            Left::Sliders | Left::Python => {
                if self.put_program_away() {
                    return self.set(|_| ());
                }
                Vec::new()
            }
            Left::Lessons => Vec::new(),
            Left::Program if self.program.is_some() => Vec::new(),
            Left::Program => match self.desk_mut().draft.take() {
                Some((text, _)) => self.write(&text),
                None => self.desk(DeskAction::FromSliders),
            },
        }
    }

    /// The sliders are shown again. What was written waits for the visitor to
    /// come back to it. Tells whether there was anything.
    pub(in crate::app) fn put_program_away(&mut self) -> bool {
        let Some(program) = self.program.take() else {
            return false;
        };
        let (text, errors) = (program.text.clone(), program.errors.clone());
        self.desk_mut().draft = Some((text, errors));
        if self.place.left == Left::Program {
            self.place.left = Left::Sliders;
        }
        true
    }

    fn desk_mut(&mut self) -> &mut Desk {
        Rc::make_mut(&mut self.desk)
    }

    fn answering(&mut self, change: impl FnOnce(&mut Answering)) {
        if let Some(answering) = &mut self.desk_mut().answering {
            change(Rc::make_mut(answering));
        }
    }

    /// Keeps what the visitor has written, before it goes.
    fn put_by(&mut self) {
        let text = self.program_text();
        if !text.trim().is_empty() && text != self.desk.given {
            let own = text.to_owned();
            self.desk_mut().own = Some(own);
        }
        let desk = self.desk_mut();
        (desk.refusal, desk.example, desk.answering) = (None, None, None);
    }

    /// Puts a text of the page's into the editor.
    fn give(&mut self, text: String) -> Vec<Effect> {
        self.put_by();
        self.place.left = Left::Program;
        let effects = self.write(&text);
        self.desk_mut().given = text;
        effects
    }

    /// The visitor wrote a program.
    pub(in crate::app) fn write(&mut self, text: &str) -> Vec<Effect> {
        match written(text) {
            Written::Program(program) => {
                self.program = Some(Rc::new(program));
                self.desk_mut().draft = None;
                self.set(|_| ())
            }
            Written::Sliders(experiment) => {
                self.program = None;
                self.desk_mut().draft = None;
                self.place.left = Left::Sliders;
                self.set(|e| *e = *experiment)
            }
            Written::Wrong(errors) => {
                // The last good one stays in the picture.
                match &mut self.program {
                    Some(program) => {
                        let program = Rc::make_mut(program);
                        text.clone_into(&mut program.text);
                        program.errors = errors;
                    }
                    None => self.desk_mut().draft = Some((text.to_owned(), errors)),
                }
                Vec::new()
            }
        }
    }
}

/// The text that a file becomes in the editor.
fn opened(name: &str, text: String) -> Result<String, String> {
    let format = Format::guess(name, &text);
    let document = format.read(&text, 1).map_err(|error| error.to_string());
    match format {
        // What is wrong with it is shown where it stands.
        Format::Json => Ok(text),
        Format::Csv | Format::RtApp => match document? {
            Document::Scenario(scenario) if format == Format::Csv => Ok(job_list(name, &scenario)),
            Document::Scenario(scenario) => {
                serde_json::to_string_pretty(&scenario).map_err(|error| error.to_string())
            }
            Document::Experiment(_) => Ok(text),
        },
    }
}

/// The scenario of a table of jobs, written as a list of jobs.
fn job_list(name: &str, scenario: &Scenario) -> String {
    let threads = scenario
        .processes
        .iter()
        .flat_map(|process| &process.threads);
    let jobs = threads.map(|thread| {
        let name = Value::from(thread.name.as_str());
        let mut job = format!(r#"    {{ "name": {name}, "arrival": "{}""#, thread.arrival);
        if let Program::Steps(steps) = &thread.program
            && let [Step::Compute(burst)] = steps[..]
        {
            job.push_str(&format!(r#", "burst": "{burst}""#));
        }
        let sched = &thread.sched;
        if sched.priority != 0 {
            job.push_str(&format!(r#", "priority": {}"#, sched.priority));
        }
        if sched.tickets != 1 {
            job.push_str(&format!(r#", "tickets": {}"#, sched.tickets));
        }
        for (key, time) in [("deadline", sched.deadline), ("period", sched.period)] {
            if let Some(time) = time {
                job.push_str(&format!(r#", "{key}": "{time}""#));
            }
        }
        job + " }"
    });
    let name = Value::from(name);
    format!(
        "{{\n  \"name\": {name},\n  \"machine\": {{ \"cores\": 1, \"policy\": {{ \"kind\": \"fifo\" }} }},\n  \
         \"jobs\": [\n{}\n  ]\n}}\n",
        jobs.collect::<Vec<_>>().join(",\n")
    )
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
