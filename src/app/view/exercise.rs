//! Exercises: the question on the left; the picture comes after the answer.

use crate::app::english::exercise as text;
use crate::app::exercise::{Answering, Ask, Exercise, Field, Topic};
use crate::app::program::DeskAction;
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{Callback, Event, Html, InputEvent, Properties, TargetCast, component, html};

#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct ExerciseProps {
    pub answering: Rc<Answering>,
    pub act: Callback<DeskAction>,
}

#[component]
pub(super) fn ExercisePart(props: &ExerciseProps) -> Html {
    let ExerciseProps { answering, act } = props;
    let on = |action: DeskAction| act.reform(move |_: yew::MouseEvent| action.clone());
    let exercise = answering.exercise;
    let oncheck = act.reform(|event: yew::SubmitEvent| {
        event.prevent_default();
        DeskAction::Check
    });
    let is_shown = answering.is_shown();
    html! {
        <section class="panel exercise" aria-labelledby="exercise-heading" data-testid="exercise"
            data-exercise={exercise.to_key()}>
            <h2 id="exercise-heading">{ text::HEADING }</h2>
            { pick(props) }
            <p><strong>{ answering.name.clone() }</strong></p>
            <p class="caption">{ answering.about.clone() }</p>
            { jobs(answering) }
            <p class="question">{ question(exercise.ask()) }</p>
            <form onsubmit={oncheck}>
                <div class="answers">
                    { for answering.fields.iter().enumerate().map(|(index, field)| {
                        answer(props, index, field)
                    }) }
                </div>
                <div class="program-bar">
                    if !is_shown {
                        <button type="submit" data-testid="check-answers">{ text::CHECK }</button>
                        <button type="button" onclick={on(DeskAction::ShowMe)}
                            data-testid="show-answers">{ text::SHOW_ANSWERS }</button>
                    }
                    <button type="button" onclick={on(DeskAction::Exercise(exercise.next()))}
                        data-testid="next-exercise">{ text::NEXT }</button>
                    <button type="button" onclick={on(DeskAction::EndExercise)}
                        title={text::END_ABOUT}
                        data-testid="end-exercise">{ text::END }</button>
                </div>
            </form>
            <div role="status" data-testid="exercise-result">
                if is_shown { { result(answering) } }
            </div>
            if !is_shown {
                <details>
                    <summary>{ text::RULE }</summary>
                    <p class="rule">{ exercise.topic.rule() }</p>
                </details>
            }
        </section>
    }
}

fn pick(props: &ExerciseProps) -> Html {
    let exercise = props.answering.exercise;
    let ontopic = props.act.reform(move |event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        let chosen = usize::try_from(select.selected_index()).unwrap_or(0);
        let topic = Topic::ALL[chosen.min(Topic::ALL.len() - 1)];
        DeskAction::Exercise(Exercise { topic, seed: 1 })
    });
    let onseed = props.act.reform(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let seed = input.value().trim().parse().unwrap_or(exercise.seed);
        DeskAction::Exercise(Exercise { seed, ..exercise })
    });
    html! {
        <div class="exercise-pick">
            <label>{ text::TOPIC }
                <select onchange={ontopic} data-testid="exercise-topic">
                    { for Topic::ALL.iter().map(|&topic| html! {
                        <option selected={topic == exercise.topic}>{ topic.label() }</option>
                    }) }
                </select>
            </label>
            <label>{ text::NUMBER }
                <input type="number" min="1" value={exercise.seed.to_string()} onchange={onseed}
                    data-testid="exercise-seed" />
            </label>
        </div>
    }
}

fn jobs(answering: &Answering) -> Html {
    let by_priority = answering.jobs.iter().any(|job| job.priority.is_some());
    html! {
        <table data-testid="exercise-jobs">
            <thead><tr>
                <th scope="col">{ text::JOB }</th>
                <th scope="col">{ text::ARRIVAL }</th>
                <th scope="col">{ text::BURST }</th>
                if by_priority { <th scope="col">{ text::PRIORITY }</th> }
            </tr></thead>
            <tbody>
                { for answering.jobs.iter().map(|job| html! {
                    <tr>
                        <th scope="row">{ job.name.clone() }</th>
                        <td>{ job.arrival.clone() }</td>
                        <td>{ job.burst.clone() }</td>
                        if let Some(priority) = job.priority { <td>{ priority.to_string() }</td> }
                    </tr>
                }) }
            </tbody>
        </table>
    }
}

fn question(ask: Ask) -> &'static str {
    match ask {
        Ask::Ends => text::ASK_ENDS,
        Ask::Means => text::ASK_MEANS,
        Ask::Order => text::ASK_ORDER,
    }
}

fn answer(props: &ExerciseProps, index: usize, field: &Field) -> Html {
    let id = format!("answer-{index}");
    let mark_id = format!("{id}-mark");
    let oninput = props.act.reform(move |event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        DeskAction::Answer(index, input.value())
    });
    let mark = field.mark.as_ref();
    html! {
        <div class="answer">
            <label for={id.clone()}>{ field.label.clone() }</label>
            <input type="text" id={id.clone()} value={field.entered.clone()} {oninput}
                autocomplete="off" readonly={props.answering.is_shown()} data-testid={id}
                aria-invalid={mark.map(|mark| (!mark.right).to_string())}
                aria-describedby={mark.map(|_| mark_id.clone())} />
            if let Some(mark) = mark {
                <span class={if mark.right { "mark right" } else { "mark wrong" }} id={mark_id.clone()}>
                    { if mark.right { text::RIGHT.to_owned() } else { text::wrong(&mark.said) } }
                </span>
            }
        </div>
    }
}

fn result(answering: &Answering) -> Html {
    let said = match answering.score() {
        Some((right, all)) => text::score(right, all),
        None => text::ANSWERS.to_owned(),
    };
    html! {
        <>
            <p class="score">{ said }</p>
            <p class="rule">{ answering.exercise.topic.rule() }</p>
            <p class="caption">{ text::SEE_PICTURE }</p>
        </>
    }
}

/// What stands in the place of pictures and numbers while an exercise is open.
pub(super) fn answer_first() -> Html {
    html! {
        <section class="panel answer-first" data-testid="answer-first">
            <strong>{ text::ANSWER_FIRST }</strong>
            <p class="caption">{ text::ANSWER_FIRST_ABOUT }</p>
        </section>
    }
}
