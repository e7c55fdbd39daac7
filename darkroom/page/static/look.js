// The controls of the panel and the look they spell, in the words of darkroom.render.

const F_NUMBERS = [
  16, 14, 13, 11, 10, 9, 8, 7.1, 6.3, 5.6, 5, 4.5, 4, 3.5, 3.2, 2.8, 2.5, 2.2, 2, 1.8,
  1.6, 1.4, 1.2, 1.1, 1, 0.95,
];
const BOOSTS = [1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
const MEASURES = {
  f_number: { min: 0, max: F_NUMBERS.length - 1, step: 1, start: F_NUMBERS.indexOf(1.8) },
  strength: { min: 0, max: 100, step: 1, start: 50 },
};

const percent = (value) => `${Math.round(value * 100)} %`;
const depth = (deep) => (deep === "auto" ? "auto" : deep ? percent(deep) : "one plane");
const short = (value) => Number(value.toFixed(3));
// How a slider's number is meant (`value`) and said (`say`); at `rest` it changes nothing.
const SLIDERS = {
  focal_range: { rest: "auto", value: (deep) => (deep < 0 ? "auto" : deep), say: depth },
  boost: { rest: 12, value: (n) => BOOSTS[n], say: (times) => (times === 1 ? "off" : `× ${times}`) },
  blades: { only: "blades", say: String },
  curvature: { only: "blades", rest: 0, say: percent },
  rotation: { only: "blades", rest: 0, say: (degrees) => `${degrees}°` },
  cats_eye: { rest: 0, say: percent },
  spherical: { rest: 0, say: (rim) => (rim > 0 ? "bubbles " : rim < 0 ? "cream " : "") + percent(Math.abs(rim)) },
  fringing: { rest: 0, say: percent },
  vignette: { rest: 0, say: percent },
  grain: { rest: 1, say: (much) => (much === 1 ? "as the photo’s" : much ? `× ${much}` : "none") },
  squeeze: { rest: 1, value: (octaves) => short(2 ** octaves), say: (wide) => wide.toFixed(2) },
};
// Where a slider stands for a number that it does not say itself.
const PLACES = { boost: (times) => nearest(BOOSTS, times), squeeze: Math.log2 };

const form = document.getElementById("panel");
const amount = document.getElementById("amount");
const amountText = document.getElementById("amount-said");
const dial = document.getElementById("aperture");
const blades = document.getElementById("blades");

const valueOf = (name) => (SLIDERS[name].value ?? Number)(Number(form.elements[name].value));

/** What the controls say now, as `{name: number | string}`; what is at rest is left out. */
export function read() {
  const measure = form.elements.measure.value;
  const look = { shape: form.elements.shape.value };
  look[measure] = measure === "f_number" ? F_NUMBERS[amount.value] : Number(amount.value);
  for (const [name, { only, rest }] of Object.entries(SLIDERS)) {
    const value = valueOf(name);
    if (value !== rest && (!only || only === look.shape)) look[name] = value;
  }
  return look;
}

/** What of it is the shape of the opening. */
export function opening() {
  const { shape, blades, curvature, rotation, squeeze, spherical } = read();
  const parts = Object.entries({ shape, blades, curvature, rotation, squeeze, spherical });
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined));
}

/** Calls `changed()` after each change; sets the controls to their beginning. */
export function listen(changed) {
  form.addEventListener("submit", (event) => event.preventDefault());
  const after = () => (say(), changed());
  form.addEventListener("input", (event) => {
    if (event.target.name === "measure") begin(event.target.value);
    after();
  });
  const reset = (slider) => {
    if (slider === amount) begin(form.elements.measure.value);
    else slider.value = slider.defaultValue;
    after();
  };
  form.addEventListener("dblclick", (event) => {
    const slider = event.target.closest(".slider, .opening")?.querySelector("input[type=range]");
    if (slider && !event.target.closest("fieldset.segments")) reset(slider);
  });
  form.addEventListener("keydown", (event) => {
    if (event.target.type !== "range" || !["Backspace", "Delete"].includes(event.key)) return;
    event.preventDefault();
    reset(event.target);
  });
  document.getElementById("again").addEventListener("click", () => (toBeginning(), after()));
  toBeginning(); // some browsers keep a form over a reload
  say();
}

function toBeginning() {
  form.reset();
  begin("f_number");
}

function begin(measure) {
  const { min, max, step, start } = MEASURES[measure];
  Object.assign(amount, { min, max, step, value: start });
}

/** Sets the controls to a look, as `read` gives one; what it leaves out is at rest. */
export function write(look) {
  toBeginning();
  const measure = look.strength === undefined ? "f_number" : "strength";
  form.elements.measure.value = measure;
  begin(measure);
  if (look[measure] !== undefined) {
    amount.value = measure === "strength" ? look.strength : nearest(F_NUMBERS, look.f_number);
  }
  form.elements.shape.value = look.shape ?? "disc";
  for (const name of Object.keys(SLIDERS)) {
    if (look[name] !== undefined) form.elements[name].value = (PLACES[name] ?? Number)(look[name]);
  }
  say();
}

/** Where in a list the number is that is nearest, as factors go. */
function nearest(list, number) {
  const off = list.map((each) => Math.abs(Math.log(each / number)));
  return off.indexOf(Math.min(...off));
}

function say() {
  const look = read();
  const opening = look.f_number ? `f/${look.f_number}` : `${look.strength}`;
  amountText.textContent = opening;
  amount.setAttribute("aria-valuetext", look.f_number ? opening : `strength ${opening}`);
  for (const [name, { say }] of Object.entries(SLIDERS)) {
    const slider = form.elements[name];
    const text = say(valueOf(name));
    slider.parentElement.querySelector("output").textContent = text;
    slider.setAttribute("aria-valuetext", text);
    fill(slider);
  }
  fill(amount);
  // Strength 90 is f/1. The area, not the width, goes with it, to be seen at f/16, too.
  const wide = Math.sqrt(look.f_number ? 1 / look.f_number : look.strength / 90);
  dial.style.setProperty("--open", Math.min(1, wide));
  blades.hidden = look.shape !== "blades";
}

/** Colours a slider's track from where it rests to its thumb. */
export function fill(slider) {
  const part = (slider.value - slider.min) / (slider.max - slider.min);
  const from = Number(slider.min) === -slider.max ? 0.5 : 0; // a slider of two ways
  slider.style.setProperty("--from", `${Math.min(from, part) * 100}%`);
  slider.style.setProperty("--filled", `${Math.max(from, part) * 100}%`);
}
