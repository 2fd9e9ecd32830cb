//! Messages between processes: two guests, joined by the two ports of a
//! channel that the page has handed over. One pings, the other echoes.

use super::browser_question;
use crate::lab::crew::Crew;
use crate::lab::findings::Checks;
use crate::lab::routine::signal::Batch;
use crate::lab::routine::signal::read::{fill, sum};
use crate::lab::trial::Trouble;
use crate::lab::web::describe;
use crate::lab::web::guest::Guest;
use crate::lab::web::host::WebHost;
use crate::lab::web::team::WebTeam;
use crate::lab::work::Host;
use futures_channel::oneshot;
use js_sys::{Array, Object, Reflect, SharedArrayBuffer, Uint8Array};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{MessageChannel, MessageEvent, MessagePort};

/// A ping may take so long in all, ms.
const PATIENCE_MS: u32 = 20_000;

/// How bytes come to another process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::lab::web) enum Way {
    /// Copied, both sides have them.
    Clone,
    /// Handed over: the sender has them no longer.
    Transfer,
    /// Both see the same memory; the message only says that they are there.
    Shared,
    /// Copied into the receiver's own memory, where it reads them all; what
    /// comes back is only their sum.
    Read,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::lab::web) enum Ask {
    /// Send back whatever comes, from now on.
    Echo(Way),
    /// Send so many bytes and wait for them to come back, again and again.
    Ping {
        /// How.
        way: Way,
        /// How much.
        bytes: u32,
        /// How often.
        batch: Batch,
    },
}

/// What comes back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::lab::web) struct Answer {
    /// A round trip, ns; each sample is the mean of its rounds.
    pub(in crate::lab::web) each_ns: Vec<f64>,
    /// Whether what came back is what was sent: after each round both ends of
    /// it, before the first sample every byte.
    pub(in crate::lab::web) checks: Checks,
}

browser_question!(Message, Ask, Answer);

/// Joins two guests, and lets the first ping the second. From the page.
pub(in crate::lab::web) async fn ping(
    [from, to]: [&Guest; 2],
    way: Way,
    bytes: u32,
    batch: Batch,
) -> Result<Answer, Trouble> {
    let unusable = |error: JsValue| Trouble::Unusable(describe(&error));
    let channel = MessageChannel::new().map_err(unusable)?;
    let shared = match way {
        Way::Shared => JsValue::from(SharedArrayBuffer::new(bytes)),
        _ => JsValue::UNDEFINED,
    };
    let more = |port: MessagePort| {
        let more = Object::new();
        Reflect::set(&more, &"port".into(), &port)?;
        Reflect::set(&more, &"shared".into(), &shared)?;
        Ok((more, Array::of1(&port)))
    };
    let (more_to, transfer) = more(channel.port2()).map_err(unusable)?;
    to.ask_browser(PATIENCE_MS, Ask::Echo(way), &more_to, &transfer)
        .await?;
    let (more_from, transfer) = more(channel.port1()).map_err(unusable)?;
    let ask = Ask::Ping { way, bytes, batch };
    from.ask_browser(PATIENCE_MS, ask, &more_from, &transfer)
        .await
}

/// Answers.
///
/// # Errors
/// What the browser throws.
pub(super) async fn answer(
    ask: Ask,
    more: JsValue,
    crew: Crew<'static, WebTeam, WebHost>,
) -> Result<Answer, JsValue> {
    let port: MessagePort = Reflect::get(&more, &"port".into())?.unchecked_into();
    let shared = Reflect::get(&more, &"shared".into())?;
    match ask {
        Ask::Echo(way) => {
            echo(way, port, &shared);
            Ok(Answer::default())
        }
        Ask::Ping { way, bytes, batch } => {
            let line = Line { way, port };
            let block = Block::new(way, bytes, &shared);
            send_and_wait(line, block, batch, crew.host).await
        }
    }
}

/// A port, and how it is used.
#[derive(Debug)]
struct Line {
    way: Way,
    port: MessagePort,
}

impl Line {
    /// Sends the block, or only word of it.
    fn send(&self, block: &Uint8Array) -> Result<(), JsValue> {
        match self.way {
            Way::Clone | Way::Read => self.port.post_message(block),
            Way::Transfer => self
                .port
                .post_message_with_transferable(block, &Array::of1(&block.buffer())),
            Way::Shared => self.port.post_message(&JsValue::NULL),
        }
    }
}

/// Answers every message on `port` as long as the process lives.
fn echo(way: Way, port: MessagePort, shared: &JsValue) {
    let seen = Uint8Array::new(shared);
    let line = Line { way, port };
    let port = line.port.clone();
    let answer = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        // What cannot be sent is missed by the other side, which gives up.
        let _ = match way {
            Way::Read => {
                let own = Uint8Array::from(data).to_vec();
                line.port.post_message(&JsValue::from(sum(&own)))
            }
            Way::Shared => {
                touch(&seen);
                line.send(&seen)
            }
            Way::Clone | Way::Transfer => {
                let block: Uint8Array = data.unchecked_into();
                touch(&block);
                line.send(&block)
            }
        };
    });
    port.set_onmessage(Some(answer.as_ref().unchecked_ref()));
    answer.forget();
}

/// Adds one to the first and the last byte: both were reached.
fn touch(block: &Uint8Array) {
    for at in [0, block.length() - 1] {
        block.set_index(at, block.get_index(at).wrapping_add(1));
    }
}

/// What goes to and fro, and what is known of it.
#[derive(Debug)]
struct Block {
    way: Way,
    bytes: Uint8Array,
    /// The first and the last byte, as they were sent.
    ends: [u8; 2],
    /// The sum of all, as they were sent first.
    sum: u32,
}

impl Block {
    /// At least two bytes, so that the ends are two.
    fn new(way: Way, bytes: u32, shared: &JsValue) -> Self {
        let mut content = vec![0; (bytes as usize).max(2)];
        fill(&mut content, bytes);
        let bytes = match way {
            Way::Shared => {
                let bytes = Uint8Array::new(shared);
                bytes.copy_from(&content);
                bytes
            }
            _ => Uint8Array::from(content.as_slice()),
        };
        Self {
            way,
            ends: [content[0], content[content.len() - 1]],
            sum: sum(&content),
            bytes,
        }
    }

    /// Takes in what came back, and whether that is right. `whole`: look at
    /// every byte.
    fn came_back(&mut self, data: JsValue, whole: bool) -> bool {
        match self.way {
            Way::Read => return data.as_f64() == Some(f64::from(self.sum)),
            Way::Shared => {}
            Way::Clone | Way::Transfer => self.bytes = data.unchecked_into(),
        }
        let last = self.bytes.length().saturating_sub(1);
        let ends = [0, last].map(|at| self.bytes.get_index(at));
        let right = ends == self.ends.map(|end| end.wrapping_add(1));
        self.ends = ends;
        if !whole {
            return right;
        }
        let mut content = self.bytes.to_vec();
        for at in [0, last as usize] {
            content[at] = content[at].wrapping_sub(1);
        }
        right && sum(&content) == self.sum
    }
}

/// One sample under way.
#[derive(Debug)]
struct Under {
    block: Block,
    checks: Checks,
    left: u32,
    whole: bool,
    done: Option<oneshot::Sender<f64>>,
}

async fn send_and_wait(
    line: Line,
    block: Block,
    batch: Batch,
    host: &'static WebHost,
) -> Result<Answer, JsValue> {
    let under = Rc::new(RefCell::new(Under {
        block,
        checks: Checks::default(),
        left: 0,
        whole: true,
        done: None,
    }));
    let line = Rc::new(line);
    // The next round begins right here, not when a future is polled.
    let on_message = Closure::<dyn Fn(MessageEvent)>::new({
        let (under, line) = (Rc::clone(&under), Rc::clone(&line));
        move |event: MessageEvent| {
            let now_ns = host.now_ns() as f64;
            let under = &mut *under.borrow_mut();
            let right = under.block.came_back(event.data(), under.whole);
            under.checks.count(right);
            under.left = under.left.saturating_sub(1);
            if under.left > 0 && line.send(&under.block.bytes).is_ok() {
                return;
            }
            if let Some(done) = under.done.take() {
                // Nobody waits only where the process is about to end.
                let _ = done.send(now_ns);
            }
        }
    });
    line.port
        .set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let mut each_ns = Vec::new();
    // Before the samples: one round that is looked at whole, and a batch in
    // which the engine compiles the code.
    for sample in 0..batch.samples + 2 {
        let rounds = if sample == 0 { 1 } else { batch.rounds.max(1) };
        let (sender, receiver) = oneshot::channel();
        let from_ns = {
            let mut under = under.borrow_mut();
            under.whole = sample == 0;
            under.left = rounds;
            under.done = Some(sender);
            let from_ns = host.now_ns() as f64;
            line.send(&under.block.bytes)?;
            from_ns
        };
        let until_ns = receiver
            .await
            .map_err(|_| JsError::new("the other process did not answer"))?;
        if sample > 1 {
            each_ns.push((until_ns - from_ns).max(0.0) / f64::from(rounds));
        }
    }
    line.port.set_onmessage(None);
    line.port.close();
    let checks = under.borrow().checks;
    Ok(Answer { each_ns, checks })
}
