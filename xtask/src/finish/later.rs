//! What the first picture does without.

/// Modules whose functions are loaded behind the first picture, and with them
/// what only they use. Whatever a *worker* runs must not be here: workers have
/// the first part only.
const LATER: [&str; 60] = [
    "timeslice::app::blast",
    "timeslice::app::claims_table",
    "timeslice::app::compare",
    "timeslice::app::details",
    "timeslice::app::exercise",
    "timeslice::app::files",
    "timeslice::app::history",
    "timeslice::app::inject",
    "timeslice::app::jobs",
    "timeslice::app::link",
    "timeslice::app::probes_table",
    "timeslice::app::program",
    "timeslice::app::record",
    "timeslice::app::table",
    "timeslice::app::view::chart",
    "timeslice::app::view::charts",
    "timeslice::app::view::compare",
    "timeslice::app::view::copy",
    "timeslice::app::view::dialog",
    "timeslice::app::view::embed",
    "timeslice::app::view::exercise",
    "timeslice::app::view::failures",
    "timeslice::app::view::faults",
    "timeslice::app::view::files",
    "timeslice::app::view::findings",
    "timeslice::app::view::grid",
    "timeslice::app::view::guide",
    "timeslice::app::view::inject",
    "timeslice::app::view::jobs",
    "timeslice::app::view::lab",
    "timeslice::app::view::lesson",
    "timeslice::app::view::lessons",
    "timeslice::app::view::numbers",
    "timeslice::app::view::probes",
    "timeslice::app::view::program",
    "timeslice::app::view::share",
    "timeslice::app::view::term",
    "timeslice::claims",
    "timeslice::export",
    "timeslice::lab::findings",
    "timeslice::lab::grid",
    "timeslice::lab::probes",
    "timeslice::lab::web::activity",
    "timeslice::lab::web::guest",
    "timeslice::lab::web::instance",
    "timeslice::lab::web::pool",
    "timeslice::lab::web::probe",
    "timeslice::lab::web::report",
    "timeslice::lab::web::run",
    "timeslice::lab::web::session",
    "timeslice::lab::web::single",
    "timeslice::lab::web::sweep",
    "timeslice::lab::web::trial",
    "timeslice::lessons",
    "timeslice_core::experiment::json",
    "timeslice_core::experiment::scenario",
    "timeslice_core::plot::charts",
    "timeslice_core::plot::compare",
    "timeslice_core::plot::failures",
    "timeslice_core::plot::heat",
];

/// Whether a function of this name belongs to what is loaded later.
pub(super) fn is_later(name: &str) -> bool {
    LATER.iter().any(|module| {
        // A whole name, not the beginning of another: `plot::chart`, `plot::charts`.
        name.match_indices(module).any(|(start, _)| {
            let next = name[start + module.len()..].chars().next();
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
