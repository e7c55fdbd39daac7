// How large the photo is on the screen, and which part of it is seen.

const $ = (id) => document.getElementById(id);
const stage = $("stage");
const frame = $("frame");
const LARGEST = 4; // times 100 %, and times the whole photo's

let size = { width: 3, height: 2 }; // of the photo
let scale = 1; // CSS pixels of one of the photo's
let origin = [0, 0]; // of the frame in the stage
let fitted = true;
let resized = () => {};

const actual = () => 1 / devicePixelRatio; // one of the photo's pixels on one of the screen's
const whole = () => Math.min(stage.clientWidth / size.width, stage.clientHeight / size.height);
const middle = () => [stage.clientWidth / 2, stage.clientHeight / 2];

/** Calls `changed(width, height)` when the frame has another size. */
export function listen(changed) {
  resized = changed;
  new ResizeObserver(() => (fitted ? fit() : apply())).observe(stage);
  stage.addEventListener("wheel", (event) => {
    if (event.target.closest("#missing")) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 20 : 1;
    by(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002)), inside(event));
  }, { passive: false });
  $("zoom-in").addEventListener("click", () => by(1.5));
  $("zoom-out").addEventListener("click", () => by(1 / 1.5));
  $("zoom-fit").addEventListener("click", fit);
  $("zoom-actual").addEventListener("click", toActual);
}

export function open(photo) {
  size = photo;
  fit();
}

export const isFitted = () => fitted;

export function fit() {
  scale = whole();
  fitted = true;
  apply();
}

/** To 100 %, around a point of the photo in fractions. */
export function toActual(around) {
  const box = frame.getBoundingClientRect();
  const at = Array.isArray(around) ? around : point();
  const edge = stage.getBoundingClientRect();
  by(actual() / scale, [box.left - edge.left + at[0] * box.width, box.top - edge.top + at[1] * box.height]);
}

function point() {
  return ["--x", "--y"].map((name) => parseFloat(frame.style.getPropertyValue(name) || "50") / 100);
}

/** Where in the stage something happened. */
export function inside({ clientX, clientY }) {
  const edge = stage.getBoundingClientRect();
  return [clientX - edge.left, clientY - edge.top];
}

/** Larger or smaller by a factor; what is seen at a place of the stage stays there. */
export function by(factor, [x, y] = middle()) {
  const [least, most] = [Math.min(whole(), actual()), LARGEST * Math.max(whole(), actual())];
  const to = Math.min(most, Math.max(least, scale * factor));
  if (Math.abs(to / whole() - 1) < 0.001) return fit();
  const ratio = to / scale;
  origin = [x - (x - origin[0]) * ratio, y - (y - origin[1]) * ratio];
  scale = to;
  fitted = false;
  apply();
}

export function pan(across, down) {
  origin = [origin[0] + across, origin[1] + down];
  apply();
}

/** Moves the photo until a point of it, in fractions, is seen. */
export function reveal([x, y]) {
  const edge = 40;
  const places = [x * size.width * scale + origin[0], y * size.height * scale + origin[1]];
  const [across, down] = [stage.clientWidth, stage.clientHeight].map((side, i) =>
    Math.max(0, edge - places[i]) - Math.max(0, places[i] - (side - edge)));
  if (!fitted && (across || down)) pan(across, down);
}

function apply() {
  const [width, height] = [size.width * scale, size.height * scale];
  const bound = (place, side, room) =>
    side <= room ? (room - side) / 2 : Math.min(0, Math.max(room - side, place));
  origin = [
    bound(origin[0], width, stage.clientWidth),
    bound(origin[1], height, stage.clientHeight),
  ];
  Object.assign(frame.style, {
    left: `${origin[0]}px`,
    top: `${origin[1]}px`,
    width: `${width}px`,
    height: `${height}px`,
  });
  stage.dataset.zoomed = String(!fitted);
  const share = scale / actual();
  $("zoom-said").textContent = `${Math.round(share * 100)} %`;
  $("zoom-fit").setAttribute("aria-pressed", String(fitted));
  $("zoom-actual").setAttribute("aria-pressed", String(Math.abs(share - 1) < 0.005));
  resized(width, height);
}
