// The photo on the screen: its layers, and what lies on them.

import { Brush } from "./brush.js";
import * as zoom from "./zoom.js";

const $ = (id) => document.getElementById(id);
const frame = $("frame");
const reticle = $("reticle");
const divider = $("divider");
const percent = (value) => `${Math.round(value * 100)} %`;
export const within = (value) => Math.min(1, Math.max(0, value));

export const brush = new Brush($("strokes"));
export const pen = { size: 0.07, soft: 0.5 }; // of the photo's longer side; of the radius

let focusPoint = [0.5, 0.5];
let divided = 0.5;

export const point = () => focusPoint;
export const division = () => divided;

export function listen() {
  zoom.listen((width, height) => {
    frame.style.setProperty("--brush", `${pen.size * Math.max(width, height)}px`);
    brush.resize(width, height);
  });
}

export function open(photo) {
  brush.set([]);
  divide(0.5);
  zoom.open(photo);
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
  focusPoint = [within(x), within(y)];
  frame.style.setProperty("--x", `${focusPoint[0] * 100}%`);
  frame.style.setProperty("--y", `${focusPoint[1] * 100}%`);
  frame.dataset.half = focusPoint[1] < 0.5 ? "upper" : "lower";
  reticle.setAttribute("aria-valuenow", Math.round(focusPoint[0] * 100));
  reticle.setAttribute(
    "aria-valuetext",
    `${percent(focusPoint[0])} from the left, ${percent(focusPoint[1])} from the top`,
  );
}

export function settle() {
  reticle.classList.remove("moved");
  void reticle.offsetWidth; // starts the animation again
  reticle.classList.add("moved");
}

export function view(name) {
  frame.dataset.view = name;
  divider.hidden = name !== "compare";
}

export function tool(name) {
  frame.dataset.tool = name;
  const labels = {
    focus: "Focus point",
    sharp: "Brush: keep sharp",
    blurred: "Brush: blur this",
    erase: "Brush: erase",
    box: "Corner of a box",
  };
  reticle.setAttribute("aria-label", labels[name]);
  $("hint").hidden = name !== "box";
  outline(null);
}

/** Shows a box [x, y, width, height] in fractions, or none. */
export function outline(box) {
  $("box").hidden = !box;
  if (!box) return;
  ["left", "top", "width", "height"].forEach((side, i) => ($("box").style[side] = `${box[i] * 100}%`));
}

export function sizeBrush(size) {
  pen.size = size;
  frame.style.setProperty("--brush", `${size * Math.max(frame.clientWidth, frame.clientHeight)}px`);
}

export function divide(where) {
  divided = within(where);
  frame.style.setProperty("--divide", `${divided * 100}%`);
  divider.setAttribute("aria-valuenow", Math.round(divided * 100));
  divider.setAttribute("aria-valuetext", `before up to ${percent(divided)} from the left`);
}
