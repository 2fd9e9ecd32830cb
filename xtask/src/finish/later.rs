//! What the first picture does without.

/// Modules whose functions are loaded behind the first picture, and with them
/// what only they use. Whatever a *worker* runs must not be here: workers have
/// the first part only.
const LATER: [&str; 112] = [
    "serde::private::ser",
    "serde_json::value",
    "timeslice::app::blast",
    "timeslice::app::claims_table",
    "timeslice::app::compare",
    "timeslice::app::details",
    "timeslice::app::embed",
    "timeslice::app::english::holds",
    "timeslice::app::english::python",
    "timeslice::app::exercise",
    "timeslice::app::files",
    "timeslice::app::headline",
    "timeslice::app::history",
    "timeslice::app::holds",
    "timeslice::app::inject",
    "timeslice::app::jobs",
    "timeslice::app::link::pack",
    "timeslice::app::link::text_of",
    "timeslice::app::probes_table",
    "timeslice::app::program",
    "timeslice::app::python",
    "timeslice::app::record",
    "timeslice::app::state::State>::desk",
    "timeslice::app::state::State>::follow_python",
    "timeslice::app::state::State>::python",
    "timeslice::app::state::State>::python_mistakes",
    "timeslice::app::table",
    "timeslice::app::view::charts::ChartsPart",
    "timeslice::app::view::charts::speed_up",
    "timeslice::app::view::compare",
    "timeslice::app::view::copy",
    "timeslice::app::view::dialog",
    "timeslice::app::view::editor",
    "timeslice::app::view::embed",
    "timeslice::app::view::exercise",
    "timeslice::app::view::failures",
    "timeslice::app::view::files",
    "timeslice::app::view::findings",
    "timeslice::app::view::grid::GridPart> as yew::html::component::lifecycle::Stateful>::view",
    "timeslice::app::view::grid::result",
    "timeslice::app::view::guide",
    "timeslice::app::view::headline",
    "timeslice::app::view::holds",
    "timeslice::app::view::inject",
    "timeslice::app::view::jobs",
    "timeslice::app::view::keys",
    "timeslice::app::view::lesson",
    "timeslice::app::view::lessons",
    "timeslice::app::view::machine",
    "timeslice::app::view::numbers",
    "timeslice::app::view::probes",
    "timeslice::app::view::program",
    "timeslice::app::view::progress",
    "timeslice::app::view::python",
    "timeslice::app::view::share",
    "timeslice::app::view::timeline",
    "timeslice::app::view::transport",
    "timeslice::claims",
    "timeslice::export",
    "timeslice::lab::findings",
    "timeslice::lab::grid",
    "timeslice::lab::measurement::Measurement as serde_core::ser",
    "timeslice::lab::probes",
    "timeslice::lab::solo",
    "timeslice::lab::web::activity",
    "timeslice::lab::web::guest",
    "timeslice::lab::web::instance",
    "timeslice::lab::web::pool",
    "timeslice::lab::web::probe",
    "timeslice::lab::web::report",
    "timeslice::lab::web::python",
    "timeslice::lab::web::run",
    "timeslice::lab::web::running",
    "timeslice::lab::web::session",
    "timeslice::lab::web::single",
    "timeslice::lab::web::sweep",
    "timeslice::lab::web::trial",
    "timeslice::lessons",
    "timeslice_core::experiment::json",
    "timeslice_core::experiment::outcome::Subject",
    "timeslice_core::experiment::scenario",
    "timeslice_core::lab::python",
    "timeslice_core::plot::charts::latency",
    "timeslice_core::plot::charts::speed_up",
    "timeslice_core::plot::charts::utilisation",
    "timeslice_core::plot::compare",
    "timeslice_core::plot::failures",
    "timeslice_core::plot::heat",
    "timeslice_core::plot::holds",
    "timeslice_core::plot::links",
    "timeslice_core::plot::machine",
    "timeslice_core::plot::timeline",
    "timeslice_core::sim::engine::Engine as core::clone",
    "timeslice_core::sim::engine::Engine>::forget_waiter",
    "timeslice_core::sim::engine::Engine>::reset_process",
    "timeslice_core::sim::engine::Engine>::set_inherited",
    "timeslice_core::sim::engine::periodic",
    "timeslice_core::sim::engine::sync",
    "timeslice_core::sim::lower::scenario",
    "timeslice_core::sim::policy::any::AnyPolicy as core::clone",
    "timeslice_core::sim::policy::any::AnyPolicy as timeslice_core::sim::policy::Policy>::preempts",
    "timeslice_core::sim::policy::any::AnyPolicy>::charge_by_kind",
    "timeslice_core::sim::policy::any::AnyPolicy>::enqueue_by_kind",
    "timeslice_core::sim::policy::any::AnyPolicy>::pick_by_kind",
    "timeslice_core::sim::policy::any::AnyPolicy>::slice_by_kind",
    "timeslice_core::sim::policy::cfs",
    "timeslice_core::sim::policy::deadline",
    "timeslice_core::sim::policy::eevdf",
    "timeslice_core::sim::policy::heap",
    "timeslice_core::sim::policy::linux",
    "timeslice_core::sim::policy::tree",
    "timeslice_core::sim::rewind",
];

/// Needed at once although their names contain one of those.
const SOONER: [&str; 2] = [
    "timeslice::app::python::Python",
    "timeslice_core::plot::timeline::crowd::Pyramid",
];

/// Whether a function of this name belongs to what is loaded later.
pub(super) fn is_later(name: &str) -> bool {
    has(name, &LATER) && !has(name, &SOONER)
}

/// Whether a name contains one of `words`, and not as the beginning of another
/// (`plot::charts` is not of `plot::chart`).
fn has(name: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        name.match_indices(word).any(|(start, _)| {
            let next = name[start + word.len()..].chars().next();
            next.is_none_or(|next| !next.is_alphanumeric() && next != '_')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::is_later;

    #[test]
    fn a_function_belongs_to_its_module_and_to_what_it_is_made_for() {
        for (name, later) in [
            ("timeslice::claims::all", true),
            ("core::ptr::drop_in_place::<timeslice::claims::Claim>", true),
            ("timeslice::claims_of::all", false),
            ("timeslice::app::mount", false),
        ] {
            assert_eq!(is_later(name), later, "{name}");
        }
    }
}
