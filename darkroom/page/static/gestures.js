// What presses, fingers and keys on the photo mean: focus, brush, box, pan, zoom.

import * as stage from "./stage.js";
import * as zoom from "./zoom.js";

const $ = (id) => document.getElementById(id);
const frame = $("frame");
const reticle = $("reticle");
const divider = $("divider");
const MOVED = 6; // CSS pixels that make a press a drag

let listeners = {}; // {focused(point), painted(), boxed([x, y, width, height])}
let press = null; // {kind, from, at}: what the first finger or button does
let pinch = null; // {distance, middle}: of two fingers
let hand = false; // the space bar is held
const fingers = new Map(); // where in the stage each one is

export function listen(to) {
  listeners = to;
}

const tool = () => frame.dataset.tool;
const isBrush = () => ["sharp", "blurred", "erase"].includes(tool());
const isLocked = () => "drawn" in document.body.dataset; // a network drew: no focus, no brush

function at(event) {
  const box = frame.getBoundingClientRect();
  return [
    stage.within((event.clientX - box.left) / box.width),
    stage.within((event.clientY - box.top) / box.height),
  ];
}

function boxed([x, y], [to, down]) {
  return [Math.min(x, to), Math.min(y, down), Math.abs(to - x), Math.abs(down - y)];
}

function focus(where) {
  stage.place(where);
  listeners.focused(stage.point());
}

const BEGIN = {
  focus: (event) => {
    focus(at(event));
    stage.settle();
  },
  brush: (event) => {
    stage.place(at(event));
    stage.brush.begin(tool(), stage.pen.size, stage.pen.soft, at(event));
  },
  box: (event) => (press.corner = at(event)),
};

const MOVE = {
  focus: (event) => focus(at(event)),
  brush: (event) => stage.brush.extend(at(event)),
  box: (event) => stage.outline(boxed(press.corner, at(event))),
  pan: (event) => {
    const [x, y] = zoom.inside(event);
    zoom.pan(x - press.at[0], y - press.at[1]);
  },
};

const END = {
  tap: (event) => (isLocked() ? null : BEGIN.focus(event)),
  brush: () => (stage.brush.end(), listeners.painted()),
  box: (event) => listeners.boxed(boxed(press.corner, at(event))),
};

/** What a press begins: a tap may become a drag, or the first of two fingers. */
function kindOf(event) {
  if (event.button === 1 || hand) return "pan";
  if (tool() === "box") return "box";
  if (isLocked()) return "tap";
  if (isBrush()) return "brush";
  return event.pointerType === "touch" || !zoom.isFitted() ? "tap" : "focus";
}

frame.addEventListener("pointerdown", (event) => {
  if (divider.contains(event.target) || event.button > 1) return;
  if (event.button === 1) event.preventDefault();
  frame.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, zoom.inside(event));
  if (fingers.size === 2) return beginPinch();
  if (fingers.size > 2) return;
  press = { kind: kindOf(event), from: zoom.inside(event), at: zoom.inside(event) };
  BEGIN[press.kind]?.(event);
});

frame.addEventListener("pointermove", (event) => {
  const captured = fingers.has(event.pointerId);
  if (isBrush() && !captured) stage.place(at(event));
  if (!captured) return;
  fingers.set(event.pointerId, zoom.inside(event));
  if (pinch) return movePinch();
  if (!press) return;
  if (press.kind === "tap" && far(press.from, zoom.inside(event)) > MOVED) {
    press.kind = zoom.isFitted() && !isLocked() ? "focus" : "pan";
  }
  if (press.kind === "brush") stage.place(at(event));
  MOVE[press.kind]?.(event);
  press.at = zoom.inside(event);
});

// Lifted, or taken away by the system; the divider's own end comes by here, too.
frame.addEventListener("lostpointercapture", (event) => {
  if (event.target !== frame || !fingers.delete(event.pointerId)) return;
  if (press && !pinch) END[press.kind]?.(event);
  press = null;
  if (!fingers.size) pinch = null;
});

const far = ([x, y], [to, down]) => Math.hypot(to - x, down - y);

function spread() {
  const [one, two] = [...fingers.values()];
  return {
    distance: Math.max(1, far(one, two)),
    middle: [(one[0] + two[0]) / 2, (one[1] + two[1]) / 2],
  };
}

/** A second finger: what the first one had begun is taken back. */
function beginPinch() {
  if (press?.kind === "brush") stage.brush.set(stage.brush.strokes.slice(0, -1));
  stage.outline(null);
  press = null;
  pinch = spread();
}

function movePinch() {
  if (fingers.size < 2) return;
  const now = spread();
  zoom.pan(now.middle[0] - pinch.middle[0], now.middle[1] - pinch.middle[1]);
  zoom.by(now.distance / pinch.distance, now.middle);
  pinch = now;
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let corner = null; // of a box that is drawn by keys

reticle.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (step && !isLocked()) {
    const long = event.shiftKey ? 0.05 : 0.01;
    const [x, y] = stage.point();
    const where = [x + step[0] * long, y + step[1] * long];
    if (tool() === "focus") focus(where);
    else stage.place(where);
    zoom.reveal(stage.point());
    if (tool() === "box" && corner) stage.outline(boxed(corner, stage.point()));
  } else if (event.key === "Enter" && isBrush()) {
    stage.brush.begin(tool(), stage.pen.size, stage.pen.soft, stage.point());
    stage.brush.end();
    listeners.painted();
  } else if (event.key === "Enter" && tool() === "box") {
    if (corner) listeners.boxed(boxed(corner, stage.point()));
    corner = corner ? null : stage.point();
  } else {
    return;
  }
  event.preventDefault();
});

const VIEWS = { "+": () => zoom.by(1.5), "=": () => zoom.by(1.5), "-": () => zoom.by(1 / 1.5), 0: zoom.fit, 1: () => zoom.toActual() };

addEventListener("keydown", (event) => {
  if ($("studio").hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && [document.body, reticle].includes(document.activeElement)) {
    hand = true;
    frame.classList.add("hand");
    event.preventDefault();
  }
  if (!event.target.closest?.("select, input:not([type=range])")) VIEWS[event.key]?.();
});

addEventListener("keyup", (event) => {
  if (event.key !== " ") return;
  hand = false;
  frame.classList.remove("hand");
});

divider.addEventListener("pointerdown", (event) => divider.setPointerCapture(event.pointerId));
divider.addEventListener("pointermove", (event) => {
  if (divider.hasPointerCapture(event.pointerId)) stage.divide(at(event)[0]);
});
divider.addEventListener("keydown", (event) => {
  const now = stage.division();
  const to = {
    ArrowLeft: now - 0.02, ArrowDown: now - 0.02, PageDown: now - 0.1, Home: 0,
    ArrowRight: now + 0.02, ArrowUp: now + 0.02, PageUp: now + 0.1, End: 1,
  }[event.key];
  if (to === undefined) return;
  stage.divide(to);
  event.preventDefault();
});
