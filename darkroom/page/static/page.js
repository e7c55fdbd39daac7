// One photo at a time: from the file to the picture on the screen.

import * as depth from "./depth.js";
import * as gestures from "./gestures.js";
import * as look from "./look.js";
import * as network from "./network.js";
import * as presets from "./presets.js";
import * as saving from "./saving.js";
import * as sources from "./sources.js";
import * as stage from "./stage.js";
import * as tips from "./tips.js";
import { History } from "./history.js";
import { attempt, complain, say } from "./messages.js";
import { Pictures, Refused, ask, upload } from "./server.js";

const $ = (id) => document.getElementById(id);

let photo = null; // the server's answer about the photo that is open
let focus = null; // [x, y], or null: where the program itself would focus
let recipe = null; // how the photo got its depth; null: as it was opened
let asked = null; // the recipe that was asked for last, which `recipe` will be
let reading = Promise.resolve(); // of depths, one after the other
let view = "after";
let inFocus = null; // { point, disparity } of what is shown

const pictures = new Pictures(show, complain, (busy) => ($("working").hidden = !busy));

const of = (what) => `photos/${photo.id}/${what}`;
const settings = () => ({
  look: look.read(),
  focus: focus && focus.map((part) => part.toFixed(4)).join(","),
  strokes: stage.brush.strokes,
});

const history = new History(
  () => ({ look: look.read(), focus, recipe, strokes: stage.brush.strokes }),
  restore,
  (a, b) => ["look", "focus"].every((part) => JSON.stringify(a[part]) === JSON.stringify(b[part]))
    && a.recipe === b.recipe && a.strokes === b.strokes,
  ({ canUndo, canRedo }) => {
    $("undo").disabled = !canUndo;
    $("redo").disabled = !canRedo;
  },
);

async function restore(state) {
  look.write(state.look);
  stage.brush.set(state.strokes);
  focus = state.focus;
  if (focus) stage.place(focus);
  network.leave();
  if (state.recipe === asked) return refresh();
  await attempt("Reading the depth…", () => readDepth(state.recipe));
  refresh();
}

/** Something was changed: for good, or in a movement that may go on. */
function change(isStep = true) {
  network.leave();
  refresh();
  if (!photo) return;
  if (isStep) history.keep();
  else history.note();
}

function refresh() {
  $("clear").disabled = !stage.brush.strokes.length;
  presets.mark(look.read());
  const opening = `aperture?${new URLSearchParams(look.opening())}`;
  if ($("aperture").getAttribute("src") !== opening) $("aperture").src = opening;
  const drawn = network.drawing();
  if (drawn && view !== "depth") return showDrawn(drawn);
  if (!photo?.depth) return;
  const isDepth = view === "depth";
  pictures.want(
    of(isDepth ? "depth_view" : "preview"),
    photo.reduced && !isDepth ? of("full") : null,
    settings(),
  );
  attempt("", saving.tellCommand);
}

async function show(picture, full, headers) {
  await stage.show("after", picture);
  const point = headers.get("Focus-Point").split(",").map(Number);
  if (focus === null) stage.place(point);
  const [across, down] = point.map((part) => Math.round(part * 100));
  inFocus = { point, disparity: Number(headers.get("Focus-Disparity")) };
  const near = inFocus.disparity.toFixed(2);
  const size = full || !photo.reduced ? `${photo.width} × ${photo.height}` : "preview";
  const shown = view === "depth" ? "white is in focus" : size;
  say(`Focus ${across} %, ${down} % · nearness ${near} · ${shown}`);
}

function showDrawn(drawn) {
  pictures.stop();
  say(drawn.message);
  return stage.show("after", drawn.blob);
}

/** Shows a photo; `isFollowed` by its depth, or nothing is said of that yet. */
async function opened(answer, file, isFollowed = false) {
  pictures.stop();
  photo = { ...(await answer.json()), file };
  focus = recipe = asked = null;
  document.title = `${photo.name} – Darkroom`;
  $("title").textContent = photo.name;
  $("format").value = photo.format;
  const before = await (await ask(of("before"))).blob();
  await Promise.all([stage.show("before", before), stage.show("after", before)]);
  $("after").alt = photo.name;
  home(false);
  choose("tool", "focus");
  stage.open(photo);
  history.begin();
  if (!isFollowed) settle();
  photo.whole = before;
  if (!photo.reduced) return;
  const still = photo;
  photo.whole = ask(of("before?full=1")).then((full) => full.blob());
  const full = await photo.whole;
  if (photo === still) await stage.show("before", full);
}

function settle() {
  tellDepth();
  change();
}

/** Turns between where photos are chosen and where one is worked on. */
function home(there) {
  $("welcome").hidden = !there;
  $("studio").hidden = $("saving").hidden = $("steps").hidden = there;
  $("back").hidden = !photo || !there;
  $("another").hidden = there;
  document.body.classList.toggle("open", !there);
}

function tellDepth() {
  depth.tell(photo, recipe);
  $("network-draw").disabled = !photo.depth;
  if (photo.depth) network.prepare(of("disparity"));
}

/** Reads a depth when the one before is read: an undo may be overtaken by a redo. */
function readDepth(wanted) {
  const still = photo;
  asked = wanted;
  reading = reading.catch(() => {}).then(() => readNext(wanted, still));
  return reading;
}

async function readNext(wanted, still) {
  if (!still || photo !== still) return;
  try {
    for (const [address, file] of depth.requests(recipe, wanted)) {
      const answer = await upload(of(address), file);
      if (photo !== still) return;
      Object.assign(photo, await answer.json());
    }
  } catch (problem) {
    if (photo === still && asked === wanted) asked = recipe;
    throw problem;
  }
  recipe = wanted;
  network.leave();
  tellDepth();
  if (photo.depth) return;
  pictures.stop(); // undone: there is none again
  await stage.show("after", await photo.whole);
}

async function setDepth(wanted, isFirst) {
  history.keep();
  const before = recipe;
  await readDepth(wanted);
  if (depth.isSubject(before, wanted)) focus = null;
  refresh();
  if (isFirst) history.begin();
  else history.keep();
}

const openSent = (file, isFollowed) =>
  attempt("Opening…", async () =>
    opened(await upload(`photos?name=${encodeURIComponent(file.name)}`, file), file, isFollowed));

const openOffered = (place) => attempt("Opening…", async () => opened(await upload(place)));

/** The network has drawn: what only the lens can do is put away. */
function drew() {
  choose("tool", "focus");
  if (view === "depth") choose("view", "after");
  else refresh();
}

function toolChosen(name) {
  stage.tool(name);
  $("brush").hidden = !["sharp", "blurred", "erase"].includes(name);
  if (name === "focus" && focus) stage.place(focus);
}

/** Begins or ends the drawing of a box; meanwhile the offers are out of the way. */
function drawBox(begins = true) {
  if (!begins) return choose("tool", "focus"), photo.depth || ($("missing").hidden = false);
  $("missing").hidden = true;
  for (const one of document.getElementsByName("tool")) one.checked = false;
  toolChosen("box");
  $("reticle").focus({ preventScroll: true });
}

async function boxDrawn(box) {
  if (Math.min(box[2], box[3]) < 0.02) return stage.outline(null); // a click: one more try
  await depth.boxed(box);
  drawBox(false);
}

const on = (id, event, then) => $(id).addEventListener(event, then);
const chosen = (name, then) =>
  document.getElementsByName(name).forEach((one) =>
    one.addEventListener("change", () => then(one.value)));

function choose(name, value) {
  const one = [...document.getElementsByName(name)].find((each) => each.value === value);
  if (one.checked && !(name === "tool" && $("frame").dataset.tool !== value)) return;
  one.checked = true;
  one.dispatchEvent(new Event("change"));
}

chosen("view", (name) => (stage.view((view = name)), refresh()));
chosen("tool", toolChosen);
on("home", "click", () => home(true));
on("back", "click", () => home(false));
on("another", "click", () => sources.choosePhoto());
on("undo", "click", () => history.undo());
on("redo", "click", () => history.redo());
on("clear", "click", () => (stage.brush.set([]), change()));
on("brush-size", "input", ({ target }) => (stage.sizeBrush(target.value / 100), look.fill(target)));
on("brush-soft", "input", ({ target }) => ((stage.pen.soft = target.value / 100), look.fill(target)));
on("to-lens", "click", () => (network.leave(), refresh(), $("amount").focus({ preventScroll: true })));
on("leave-box", "click", () => drawBox(false));

addEventListener("keydown", (event) => {
  if (!photo || $("studio").hidden) return;
  if (event.key === "Escape" && $("frame").dataset.tool === "box") drawBox(false);
  if (!(event.ctrlKey || event.metaKey)) return;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  if (key === "y" || event.shiftKey) history.redo();
  else history.undo();
});

look.listen(() => change(false));
["brush-size", "brush-soft"].forEach((id) => look.fill($(id)));
tips.listen();
stage.listen();
gestures.listen({
  focused: (point) => ((focus = point), change(false)),
  painted: () => change(),
  boxed: boxDrawn,
});
depth.listen({ set: setDepth, box: drawBox });
saving.listen({ of, settings, photo: () => photo, drawn: network.drawing });
attempt("", async () => {
  const about = await (await ask("about")).json();
  network.listen(about.network, { photo: () => photo, inFocus: () => inFocus, drew });
  depth.offer(about.fetch);
  presets.listen(about.presets, (preset) => (look.write(preset), change()));
  sources.listen(about, {
    photo: openSent,
    settle,
    depth: depth.sent,
    matte: depth.matte,
    offered: openOffered,
    refuse: (sentence) => complain(new Refused(sentence)),
    isOpen: () => Boolean(photo),
  });
});
refresh();
