//! What hands do: the keyboard, the mouse, its wheel, fingers. All through the
//! driver, so that the browser makes of it what it makes of a visitor's.

use crate::page::Page;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use thirtyfour::TypingData;
use thirtyfour::common::command::{Actions, Command};

/// A place on an element: px from its left and from its top.
pub type Place = (f64, f64);

impl Page {
    /// Type a text, or a key of the keyboard, into whatever has the focus.
    pub async fn type_keys(&self, keys: impl Into<TypingData>) -> Result<()> {
        let typing = self.driver().action_chain().send_keys(keys);
        typing.perform().await.context("cannot type")
    }

    /// Click a field, and type into it.
    pub async fn type_keys_into(&self, testid: &str, keys: &str) -> Result<()> {
        self.click(testid).await?;
        self.type_keys(keys).await
    }

    /// Press a key together with Control.
    pub async fn press_with_control(&self, key: char) -> Result<()> {
        const CONTROL: char = '\u{e009}';
        let chain = self.driver().action_chain().key_down(CONTROL);
        let chain = chain.key_down(key).key_up(key).key_up(CONTROL);
        chain
            .perform()
            .await
            .with_context(|| format!("cannot press Control and {key:?}"))
    }

    /// Point at a place of an element. Returns the place that is pointed at: a
    /// mouse stands on a whole pixel of the screen.
    pub async fn point_at(&self, testid: &str, at: Place) -> Result<Place> {
        let (at, [x, y]) = self.on_screen(testid, at).await?;
        self.act(json!([mouse(&[move_to(x, y)])])).await?;
        Ok(at)
    }

    /// Click a place of an element. Returns the place that was clicked.
    pub async fn click_at(&self, testid: &str, at: Place) -> Result<Place> {
        self.drag(testid, at, at).await.map(|(at, _)| at)
    }

    /// Drag the mouse from a place of an element to another one. Returns both
    /// as they were.
    pub async fn drag(&self, testid: &str, from: Place, to: Place) -> Result<(Place, Place)> {
        let (from, [x, y]) = self.on_screen(testid, from).await?;
        let (to, [to_x, to_y]) = self.on_screen(testid, to).await?;
        let mut ways = vec![move_to(x, y), json!({ "type": "pointerDown", "button": 0 })];
        if (x, y) != (to_x, to_y) {
            ways.push(move_to(to_x, to_y));
        }
        ways.push(json!({ "type": "pointerUp", "button": 0 }));
        self.act(json!([mouse(&ways)])).await?;
        Ok((from, to))
    }

    /// Turn the wheel at a place of an element, so many px to the right and
    /// down. Returns the place.
    pub async fn turn_wheel(&self, testid: &str, at: Place, by: (i32, i32)) -> Result<Place> {
        let (at, [x, y]) = self.on_screen(testid, at).await?;
        let turn = json!({
            "type": "scroll", "x": x, "y": y, "deltaX": by.0, "deltaY": by.1, "duration": 0,
        });
        self.act(json!([{ "type": "wheel", "id": "wheel", "actions": [turn] }]))
            .await?;
        Ok(at)
    }

    /// Lay two fingers on an element, move both, and lift them.
    pub async fn pinch(&self, testid: &str, from: [Place; 2], to: [Place; 2]) -> Result<()> {
        let mut fingers = Vec::new();
        for (number, (from, to)) in from.into_iter().zip(to).enumerate() {
            let (_, [x, y]) = self.on_screen(testid, from).await?;
            let (_, [to_x, to_y]) = self.on_screen(testid, to).await?;
            fingers.push(json!({
                "type": "pointer",
                "id": format!("finger {number}"),
                "parameters": { "pointerType": "touch" },
                "actions": [
                    move_to(x, y),
                    { "type": "pointerDown", "button": 0 },
                    move_to(to_x, to_y),
                    { "type": "pointerUp", "button": 0 },
                ],
            }));
        }
        self.act(Value::from(fingers)).await
    }

    /// The whole pixel of the screen that is nearest to a place of an element,
    /// and which place that is.
    async fn on_screen(&self, testid: &str, (x, y): Place) -> Result<(Place, [i64; 2])> {
        let element = Self::expression(testid);
        self.wait_for(&element).await?;
        let corner = self
            .eval(&format!(
                "((box) => [box.left, box.top])({element}.getBoundingClientRect())"
            ))
            .await?;
        let [left, top]: [f64; 2] = serde_json::from_value(corner)?;
        let (on_x, on_y) = ((left + x).round(), (top + y).round());
        Ok(((on_x - left, on_y - top), [on_x as i64, on_y as i64]))
    }

    async fn act(&self, sources: Value) -> Result<()> {
        let actions = Actions::from(sources.clone());
        let done = self.driver().handle().cmd(Command::PerformActions(actions));
        done.await
            .map(drop)
            .with_context(|| format!("cannot do {sources}"))
    }
}

fn mouse(actions: &[Value]) -> Value {
    json!({
        "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" },
        "actions": actions,
    })
}

fn move_to(x: i64, y: i64) -> Value {
    json!({ "type": "pointerMove", "duration": 0, "origin": "viewport", "x": x, "y": y })
}
