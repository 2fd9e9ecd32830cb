//! The timeline as it stands on the page, computed by the page's own core.

use crate::hands::Place;
use crate::page::Page;
use anyhow::Result;
use std::collections::BTreeSet;
use timeslice::app::State;
use timeslice::plot::{
    ArrowChoice, Hit, LaneChoice, RowKind, Rows, TimelineRequest, Window, hit, x_at,
};

/// A size that has not changed for so many frames is settled.
const STILL: u32 = 10;

/// The timeline as it stands on the page.
#[derive(Debug)]
pub struct Sight {
    /// The page's core, as its address says.
    pub state: State,
    /// The lanes.
    pub rows: Rows,
    /// Width and height, px.
    pub size: Place,
}

impl Sight {
    /// What the page's address says, in the place that the page has for it.
    pub async fn of(page: &Page, choice: LaneChoice) -> Result<Self> {
        let state = State::open(&page.fragment().await?);
        let predicted = &state.predicted;
        let rows = Rows::of(&predicted.run, &predicted.lanes, choice, &BTreeSet::new());
        let lanes = Page::expression("timeline-lanes");
        // What stands around it may still be on its way to its size.
        let size = page
            .promise(&format!(
                "new Promise((done) => {{ \
                    let last = ''; \
                    let same = 0; \
                    requestAnimationFrame(function look() {{ \
                        const size = [{lanes}.clientWidth, {lanes}.clientHeight]; \
                        same = String(size) === last ? same + 1 : 0; \
                        last = String(size); \
                        if (same < {STILL}) requestAnimationFrame(look); else done(size); \
                    }}); \
                }})"
            ))
            .await?;
        Ok(Self {
            size: serde_json::from_value(size)?,
            state,
            rows,
        })
    }

    /// What the page lays its timeline out from.
    #[must_use]
    pub fn request(&self) -> TimelineRequest<'_> {
        TimelineRequest {
            run: &self.state.predicted.run,
            lanes: &self.state.predicted.lanes,
            rows: &self.rows,
            window: self.state.shown_window(),
            width: self.size.0,
            height: self.size.1,
            top: 0.0,
            playhead: self.state.playhead,
            picked: None,
            hovered: None,
            arrows: ArrowChoice::default(),
            found: None,
        }
    }

    /// What stays where it is when keys and buttons zoom, ns: the playhead if it is
    /// in view and within the run, else the middle.
    #[must_use]
    pub fn pivot(&self) -> u64 {
        let (window, playhead) = (self.window(), self.state.playhead);
        match (window.from..=window.to).contains(&playhead) && playhead < self.end() {
            true => playhead,
            false => window.from + window.length() / 2,
        }
    }

    /// Where the run ends, ns.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.state.predicted.run.trace.end
    }

    /// The part of the run that is shown.
    #[must_use]
    pub fn window(&self) -> Window {
        self.state.shown_window()
    }

    /// How wide the window is on the screen, px.
    #[must_use]
    pub fn wide(&self) -> f64 {
        let request = self.request();
        let Window { from, to } = request.window;
        x_at(&request, to) - x_at(&request, from)
    }

    /// The place `share` of the way along the lanes, in a thread's lane.
    #[must_use]
    pub fn place(&self, thread: usize, share: f64) -> Place {
        let request = self.request();
        let Window { from, .. } = request.window;
        let x = x_at(&request, from) + share * self.wide();
        let is_lane = |y: &f64| matches!(hit(&request, x, *y), Hit::Lane(RowKind::Thread(here), _) if here == thread);
        let mut all = (0..self.size.1 as u32).map(f64::from);
        let y = all.find(is_lane).expect("the thread's lane is in view");
        // Not on its edge.
        (x, y + 3.0)
    }

    /// The threads that work.
    #[must_use]
    pub fn threads(&self) -> Vec<usize> {
        self.rows.threads().collect()
    }
}
