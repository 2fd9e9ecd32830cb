//! Every control changes the experiment, and address, controls and verdict
//! always agree.

use timeslice::experiment::{
    Experiment, Field, Kernel, PolicyKind, Profile, Scale, from_fragment, to_fragment,
};
use timeslice_e2e::{Host, Key, visit};

#[test]
fn the_page_opens_without_errors() {
    visit("opens-without-errors", Host::isolated(), async |page| {
        page.open("").await?;
        page.wait_until_idle().await?;
        let isolated = page.attribute("environment", "data-isolated").await?;
        assert_eq!(isolated, "true");
        for testid in ["problems", "threads-unavailable", "refusal"] {
            assert!(!page.has(testid).await?, "{testid}");
        }
        // Any change writes the address; until then it is as it was opened.
        assert_eq!(page.fragment().await?, "");
        page.set("field-procs", "1").await?;
        page.set("field-procs", "0").await?;
        page.shows(&Experiment::default()).await?;
        assert_eq!(page.console_errors().await?, Vec::<String>::new());
        Ok(())
    });
}

#[test]
fn sliders_move_by_pointer_and_by_keyboard() {
    visit("sliders-move", Host::isolated(), async |page| {
        page.open("#v=1").await?;
        let mut expected = Experiment::default();
        for field in Field::ALL {
            let spec = field.spec();
            if spec.scale == Scale::Exact {
                continue;
            }
            let stops = spec.stops();
            let slider = format!("field-{}", spec.key);

            page.set(&slider, "3").await?;
            field.set(&mut expected, stops[3]);
            page.shows(&expected).await?;

            page.press(&slider, &Key::Right, 2).await?;
            page.press(&slider, &Key::Left, 1).await?;
            field.set(&mut expected, stops[4]);
            page.shows(&expected).await?;
        }
        Ok(())
    });
}

#[test]
fn a_number_out_of_range_is_refused_beside_its_field() {
    const REFUSED: [(Field, &str); 8] = [
        (Field::Processes, "65"),
        (Field::Processes, "0"),
        (Field::Threads, "-1"),
        (Field::Threads, "two"),
        (Field::Cores, "1.5"),
        (Field::Units, ""),
        (Field::CpuPerUnit, "99"),
        (Field::Seed, "4294967296"),
    ];
    visit("out-of-range", Host::isolated(), async |page| {
        page.open("").await?;
        let mut expected = Experiment::default();
        for (field, text) in REFUSED {
            let key = field.spec().key;
            let (number, error) = (format!("field-{key}-number"), format!("field-{key}-error"));
            let good = field.get(&expected) + 1;
            page.set(&number, &good.to_string()).await?;
            field.set(&mut expected, good);

            page.set(&number, text).await?;
            let reason = page.text(&error).await?;
            for limit in [field.spec().min, field.spec().max] {
                assert!(reason.contains(&limit.to_string()), "{key}: {reason}");
            }
            assert_eq!(page.attribute(&number, "aria-invalid").await?, "true");
            page.shows(&expected).await?;

            page.set(&number, &good.to_string()).await?;
            page.wait_for(&format!("!document.getElementById('{error}')"))
                .await?;
        }
        Ok(())
    });
}

#[test]
fn another_experiment_takes_the_old_refusals_away() {
    visit("refusals-go-away", Host::isolated(), async |page| {
        page.open("").await?;
        page.set("field-procs-number", "65").await?;
        page.text("field-procs-error").await?;
        page.click("preset-processes").await?;
        page.shows_fragment("procs=4&threads=1").await?;
        assert!(!page.has("field-procs-error").await?);
        Ok(())
    });
}

#[test]
fn switches_and_choices_change_the_experiment() {
    visit("switches-and-choices", Host::isolated(), async |page| {
        page.open("").await?;
        let mut expected = Experiment::default();
        page.click("gil").await?;
        expected.gil = false;
        page.shows(&expected).await?;
        assert!(!page.has("field-interval").await?, "it needs a GIL");
        page.click("gil").await?;
        expected.gil = true;
        page.shows(&expected).await?;

        page.set("policy", PolicyKind::Fifo.label()).await?;
        expected.policy = PolicyKind::Fifo;
        page.shows(&expected).await?;
        assert!(!page.has("field-slice").await?, "FIFO has no slices");

        page.set("kernel", Kernel::Sieve.label()).await?;
        expected.kernel = Kernel::Sieve;
        page.shows(&expected).await?;

        for profile in [Profile::Ideal, Profile::ThisBrowser, Profile::CPythonLinux] {
            page.set("profile", profile.label()).await?;
            expected.profile = profile;
            page.shows(&expected).await?;
        }
        Ok(())
    });
}

#[test]
fn faults_are_added_changed_and_removed() {
    visit("faults", Host::isolated(), async |page| {
        let faults = async |expected: &[&str]| {
            let faults: String = expected.iter().map(|f| format!("&fault={f}")).collect();
            page.shows_fragment(&format!("procs=2{faults}")).await
        };
        page.open("#procs=2").await?;
        page.wait_until_idle().await?;
        assert!(page.has("no-failures").await?);

        page.click("add-fault").await?;
        faults(&["segfault.0.0.u25"]).await?;
        page.text("failures-predicted").await?;

        page.set("fault-0 .kind", "Kill a process").await?;
        page.set("fault-0 [type=number]", "2").await?;
        page.set("fault-0 .when select", "at time, ms").await?;
        page.set("fault-0 .when input", "30").await?;
        faults(&["kill.1.0.t30000"]).await?;
        page.wait_for_text("failures-predicted", "process 2 was killed")
            .await?;

        page.click("add-fault").await?;
        faults(&["kill.1.0.t30000", "segfault.0.0.u25"]).await?;
        page.click("fault-0 .remove").await?;
        faults(&["segfault.0.0.u25"]).await?;
        page.click("fault-0 .remove").await?;
        faults(&[]).await?;
        assert!(page.has("no-failures").await?);
        Ok(())
    });
}

#[test]
fn what_will_not_do_as_it_seems_is_said() {
    visit("warnings", Host::isolated(), async |page| {
        let fragment = "threads=4&units=2&fault=segfault.0.7.u1";
        page.open_experiment(fragment).await?;
        let shown = page.text("warnings").await?;
        for warning in from_fragment(fragment).experiment.warnings() {
            assert!(shown.contains(&warning.to_string()), "{shown}");
        }
        // The address is as it was typed until something changes.
        assert_eq!(page.fragment().await?, fragment);
        page.set("field-units", "9").await?;
        page.wait_for(&format!(
            "location.hash === '#{}'",
            to_fragment(&Experiment {
                units: 1_000,
                ..from_fragment(fragment).experiment
            })
        ))
        .await
    });
}
