// The photo on the screen: its layers, the focus point, the divider and the brush.

import { Brush } from "./brush.js";

const $ = (id) => document.getElementById(id);
const stage = $("stage");
const frame = $("frame");
const reticle = $("reticle");
const divider = $("divider");
const within = (value) => Math.min(1, Math.max(0, value));
const percent = (value) => `${Math.round(value * 100)} %`;

export const brush = new Brush($("strokes"));

let photo = { width: 3, height: 2 };
let brushSize = 0.07; // of the longer side
let point = [0.5, 0.5];
let listeners = {};

/** `focused(point)` and `painted()` are called after the user has done either. */
export function listen(to) {
  listeners = to;
  new ResizeObserver(fit).observe(stage);
}

export function open(opened) {
  photo = opened;
  brush.clear();
  divide(0.5);
  fit();
  reticle.focus({ preventScroll: true });
}

/** Puts a decoded picture up, so that nothing flickers meanwhile. */
export async function show(layer, blob) {
  const picture = new Image();
  picture.src = URL.createObjectURL(blob);
  try {
    await picture.decode();
    const old = $(layer);
    picture.id = layer;
    picture.alt = old.alt;
    picture.draggable = false;
    old.replaceWith(picture);
    if (old.src.startsWith("blob:")) URL.revokeObjectURL(old.src);
  } catch {
    URL.revokeObjectURL(picture.src);
  }
}

export function place([x, y]) {
  point = [within(x), within(y)];
  frame.style.setProperty("--x", `${point[0] * 100}%`);
  frame.style.setProperty("--y", `${point[1] * 100}%`);
  reticle.setAttribute("aria-valuenow", Math.round(point[0] * 100));
  reticle.setAttribute(
    "aria-valuetext",
    `${percent(point[0])} from the left, ${percent(point[1])} from the top`,
  );
}

export function view(name) {
  frame.dataset.view = name;
  divider.hidden = name !== "compare";
}

export function tool(name) {
  frame.dataset.tool = name;
  const label = { focus: "Focus point", sharp: "Brush: keep sharp", blurred: "Brush: blur this" };
  reticle.setAttribute("aria-label", label[name]);
}

export function sizeBrush(size) {
  brushSize = size;
  fit();
}

function fit() {
  const scale = Math.min(stage.clientWidth / photo.width, stage.clientHeight / photo.height);
  const [width, height] = [photo.width * scale, photo.height * scale];
  frame.style.width = `${width}px`;
  frame.style.height = `${height}px`;
  frame.style.setProperty("--brush", `${brushSize * Math.max(width, height)}px`);
  brush.resize(width, height);
}

function at(event) {
  const box = frame.getBoundingClientRect();
  return [
    within((event.clientX - box.left) / box.width),
    within((event.clientY - box.top) / box.height),
  ];
}

function focus(where) {
  place(where);
  listeners.focused(point);
}

// One finger or button at a time; what it began on, it ends on.
frame.addEventListener("pointerdown", (event) => {
  if (!event.isPrimary || event.button || divider.contains(event.target)) return;
  frame.setPointerCapture(event.pointerId);
  if (frame.dataset.tool === "focus") {
    focus(at(event));
    reticle.classList.remove("moved");
    void reticle.offsetWidth; // starts the animation again
    reticle.classList.add("moved");
  } else {
    place(at(event));
    brush.begin(frame.dataset.tool, brushSize, at(event));
  }
});

frame.addEventListener("pointermove", (event) => {
  const captured = frame.hasPointerCapture(event.pointerId);
  if (frame.dataset.tool !== "focus") {
    place(at(event));
    if (captured) brush.extend(at(event));
  } else if (captured) {
    focus(at(event));
  }
});

// Lifted, or taken away by the system; the divider's own end comes by here, too.
frame.addEventListener("lostpointercapture", (event) => {
  if (event.target === frame && frame.dataset.tool !== "focus") listeners.painted();
});

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

reticle.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (step) {
    const far = event.shiftKey ? 0.05 : 0.01;
    const where = [point[0] + step[0] * far, point[1] + step[1] * far];
    if (frame.dataset.tool === "focus") focus(where);
    else place(where);
  } else if ((event.key === "Enter" || event.key === " ") && frame.dataset.tool !== "focus") {
    brush.begin(frame.dataset.tool, brushSize, point);
    listeners.painted();
  } else {
    return;
  }
  event.preventDefault();
});

let divided = 0.5;

function divide(where) {
  divided = within(where);
  frame.style.setProperty("--divide", `${divided * 100}%`);
  divider.setAttribute("aria-valuenow", Math.round(divided * 100));
  divider.setAttribute("aria-valuetext", `before up to ${percent(divided)} from the left`);
}

divider.addEventListener("pointerdown", (event) => divider.setPointerCapture(event.pointerId));
divider.addEventListener("pointermove", (event) => {
  if (divider.hasPointerCapture(event.pointerId)) divide(at(event)[0]);
});
divider.addEventListener("keydown", (event) => {
  const to = {
    ArrowLeft: divided - 0.02, ArrowDown: divided - 0.02, PageDown: divided - 0.1, Home: 0,
    ArrowRight: divided + 0.02, ArrowUp: divided + 0.02, PageUp: divided + 0.1, End: 1,
  }[event.key];
  if (to === undefined) return;
  divide(to);
  event.preventDefault();
});
