//! One chart on the page: its sentence, the picture, what it says where one
//! points, the legend, the table.

use super::uplot::{draw, erase, move_playhead, point_at, spec, watch, weave_key};
use crate::app::english::charts as text;
use crate::app::view::paint::token;
use crate::plot::charts::{Dash, Figure, Line, Look, Table};
use std::collections::BTreeSet;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement};
use yew::{
    AttrValue, Callback, Html, KeyboardEvent, NodeRef, Properties, TargetCast, component, hook,
    html, use_effect_with, use_memo, use_mut_ref, use_node_ref, use_state,
};

const HEIGHT: f64 = 180.0;

/// Makes a figure for a width, px. Another one only if it makes another figure.
pub(in crate::app::view) type Make = Callback<f64, Figure>;

#[derive(Debug, Clone, PartialEq, Properties)]
pub(in crate::app::view) struct FigureProps {
    /// For tests, and for what belongs to it.
    pub testid: &'static str,
    /// For tests: the sentence above it. `None`: named after the chart.
    #[prop_or_default]
    pub title_testid: Option<&'static str>,
    /// What it is called.
    pub name: &'static str,
    /// What it shows.
    pub make: Make,
    /// Where the playback is, ns.
    #[prop_or_default]
    pub playhead: Option<f64>,
    /// Told when it is on the screen, and when no more.
    #[prop_or_default]
    pub onseen: Option<Callback<bool>>,
    /// Drawn anew with another theme.
    pub theme: AttrValue,
}

#[component]
pub(in crate::app::view) fn FigurePart(props: &FigureProps) -> Html {
    let node = use_node_ref();
    let (width, seen) = use_place(&node);
    let hidden = use_state(BTreeSet::<String>::new);
    let is_open = use_state(|| false);
    let pointed = use_state(|| None::<f64>);
    // What is off the screen stays as it was until it is seen again.
    let last = use_mut_ref(|| None::<(Make, f64, Rc<Figure>)>);
    let figure = {
        let mut last = last.borrow_mut();
        let make = &props.make;
        let is_new = last
            .as_ref()
            .is_none_or(|last| last.0 != *make || last.1.to_bits() != width.to_bits());
        if width > 0.0 && is_new && (seen || last.is_none()) {
            *last = Some((make.clone(), width, Rc::new(make.emit(width))));
        }
        last.as_ref().map(|last| Rc::clone(&last.2))
    };
    let shown = use_memo((figure.as_ref().map(Rc::as_ptr), (*hidden).clone()), |_| {
        let figure = figure.as_deref().cloned().unwrap_or_default();
        figure.without(|line| hidden.contains(&line.label))
    });
    use_effect_with((seen, props.onseen.clone()), |(seen, onseen)| {
        if let Some(onseen) = onseen {
            onseen.emit(*seen);
        }
    });
    use_drawing(&node, &shown, width, props, &pointed);
    // Before the width is known there is nothing to show yet.
    let figure = figure.unwrap_or_default();
    let label = format!("{}: {}", props.name, figure.title);
    let title_testid = match props.title_testid {
        Some(testid) => testid.to_owned(),
        None => format!("{}-title", props.testid),
    };
    let onkeydown = {
        let (node, shown, pointed) = (node.clone(), Rc::clone(&shown), pointed.clone());
        Callback::from(move |event: KeyboardEvent| {
            if let Some(x) = step(&event.key(), &shown, *pointed) {
                event.prevent_default();
                event.stop_propagation();
                pointed.set(Some(x));
                if let Some(host) = node.cast::<HtmlElement>() {
                    point_at(&host, x);
                }
            }
        })
    };
    let toggle = {
        let hidden = hidden.clone();
        Callback::from(move |label: String| {
            let mut next = (*hidden).clone();
            if !next.remove(&label) {
                next.insert(label);
            }
            hidden.set(next);
        })
    };
    let ontoggle = {
        let is_open = is_open.clone();
        Callback::from(move |event: yew::Event| {
            let details: Element = event.target_unchecked_into();
            is_open.set(details.has_attribute("open"));
        })
    };
    let said = (*pointed).and_then(|x| shown.read(x));
    html! {
        <>
            <p class="chart-title" data-testid={title_testid}>{ &figure.title }</p>
            <p class="axis-name">{ figure.y.name }</p>
            <div class="plot" ref={node} role="img" aria-label={label} tabindex="0" {onkeydown}
                data-testid={props.testid}
                title={text::HOW_TO_READ} />
            <p class="axis-name below">{ figure.x.name }</p>
            <output class="readout" data-testid={format!("{}-readout", props.testid)}>
                { readout(said) }
            </output>
            <div class="chart-legend" role="group" aria-label={text::LINES}>
                { for figure.lines.iter().map(|line| entry(line, hidden.contains(&line.label), &toggle)) }
            </div>
            if !figure.note.is_empty() {
                <p class="caption">{ &figure.note }</p>
            }
            <details {ontoggle} class="chart-numbers">
                <summary data-testid={format!("{}-disclosure", props.testid)}>{ text::TABLE }</summary>
                // A table that nobody sees is not made at every move of a slider.
                if *is_open {
                    <div class="scroll" tabindex="0" role="group"
                        aria-label={text::table_of(props.name)}>
                        { for figure.more.iter().map(|more| table(more, None)) }
                        { table(&figure.table(), Some(format!("{}-table", props.testid))) }
                    </div>
                }
            </details>
        </>
    }
}

/// The next place to point at.
fn step(key: &str, figure: &Figure, at: Option<f64>) -> Option<f64> {
    let last = figure
        .xs
        .len()
        .checked_sub(1 + usize::from(figure.is_of_bins()))?;
    let here = at.and_then(|x| figure.index(x));
    let next = match (key, here) {
        ("ArrowRight", None) | ("Home", _) => 0,
        ("ArrowLeft", None) | ("End", _) => last,
        ("ArrowRight", Some(here)) => (here + 1).min(last),
        ("ArrowLeft", Some(here)) => here.saturating_sub(1),
        _ => return None,
    };
    // The middle of a bin.
    let from = figure.xs[next];
    match figure.xs.get(next + 1) {
        Some(to) if figure.is_of_bins() => Some((from + to) / 2.0),
        _ => Some(from),
    }
}

fn readout(said: Option<(String, Vec<(&str, String)>)>) -> Html {
    let Some((place, values)) = said else {
        return html! { <span class="hint">{ text::READOUT_EMPTY }</span> };
    };
    html! {
        <>
            <strong>{ place }</strong>
            { for values.into_iter().map(|(label, value)| html! {
                <span>{ label.to_owned() }{ " " }<b>{ value }</b></span>
            }) }
        </>
    }
}

fn entry(line: &Line, is_hidden: bool, toggle: &Callback<String>) -> Html {
    let shape = match line.look {
        Look::Line(dash) | Look::Steps(dash) => match dash {
            Dash::Whole => "whole",
            Dash::Dashed => "dashed",
            Dash::Dotted => "broken",
        },
        Look::Dots => "dots",
        Look::Points => "points",
        Look::Stack(weave) | Look::Area(weave) => weave_key(weave),
    };
    let ink = token(line.ink);
    let class = format!("swatch shape-{shape} ink-{}", ink.trim_start_matches('-'));
    let label = line.label.clone();
    html! {
        <button class="entry" aria-pressed={(!is_hidden).to_string()}
            onclick={toggle.reform(move |_| label.clone())}>
            <span {class} aria-hidden="true"></span>{ &line.label }
        </button>
    }
}

fn table(table: &Table, testid: Option<String>) -> Html {
    html! {
        <table data-testid={testid}>
            <caption>{ &table.caption }</caption>
            <thead><tr>{ for table.head.iter().map(|name| html! { <th scope="col">{ name }</th> }) }</tr></thead>
            <tbody>
                { for table.rows.iter().map(|row| html! {
                    <tr>
                        { for row.iter().enumerate().map(|(column, text)| match column {
                            0 => html! { <th scope="row">{ text }</th> },
                            _ => html! { <td>{ text }</td> },
                        }) }
                    </tr>
                }) }
            </tbody>
        </table>
    }
}

/// Draws what is shown, once for each change; moves the playback's line.
#[hook]
fn use_drawing(
    node: &NodeRef,
    shown: &Rc<Figure>,
    width: f64,
    props: &FigureProps,
    pointed: &yew::UseStateHandle<Option<f64>>,
) {
    let playhead = props.playhead;
    let on_point = use_memo((), |()| {
        let setter = pointed.setter();
        Closure::<dyn Fn(JsValue)>::new(move |x: JsValue| setter.set(x.as_f64()))
    });
    {
        let (node, shown) = (node.clone(), Rc::clone(shown));
        let change = (Rc::as_ptr(&shown), width, props.theme.clone());
        use_effect_with(change, move |_| {
            let host = node.cast::<HtmlElement>();
            if let (Some(host), true) = (host, width > 0.0 && !shown.xs.is_empty()) {
                let on_point = on_point.as_ref().as_ref().unchecked_ref();
                draw(&host, &spec(&shown, width, HEIGHT), playhead, on_point);
            }
        });
    }
    {
        let node = node.clone();
        use_effect_with(playhead, move |&playhead| {
            if let Some(host) = node.cast::<HtmlElement>() {
                move_playhead(&host, playhead);
            }
        });
    }
    let node = node.clone();
    use_effect_with((), move |()| {
        let host = node.cast::<HtmlElement>();
        move || {
            if let Some(host) = host {
                erase(&host);
            }
        }
    });
}

/// The width of an element, px (0 before it is known), and whether it is near
/// the screen; follows their changes.
#[hook]
fn use_place(node: &NodeRef) -> (f64, bool) {
    let place = use_state(|| (0.0, false));
    let set = place.setter();
    use_effect_with(node.clone(), move |node| {
        let watched = node.cast::<HtmlElement>().map(|host| {
            let tell = Closure::<dyn Fn(f64, bool)>::new(move |width, seen| set.set((width, seen)));
            (watch(&host, tell.as_ref().unchecked_ref()), tell)
        });
        move || {
            if let Some((stop, tell)) = watched {
                // It only disconnects observers.
                drop(stop.call0(&JsValue::NULL));
                drop(tell);
            }
        }
    });
    *place
}
