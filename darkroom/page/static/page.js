// One photo at a time: from the file to the picture on the screen, and back to a file.

import * as look from "./look.js";
import * as network from "./network.js";
import * as sources from "./sources.js";
import * as stage from "./stage.js";
import { Pictures, Refused, ask, post, upload } from "./server.js";

const $ = (id) => document.getElementById(id);

let photo = null; // the server's answer about the photo that is open
let focus = null; // [x, y], or null: where the program itself would focus
let view = "after";
let drawn = null; // what the network drew, { canvas, blob, message }, until the lens draws

const pictures = new Pictures(show, complain);

const of = (what) => `photos/${photo.id}/${what}`;
const settings = () => ({
  look: look.read(),
  focus: focus && focus.map((part) => part.toFixed(4)).join(","),
  strokes: stage.brush.strokes,
});

function change() {
  drawn = null;
  refresh();
}

function refresh() {
  $("undo").disabled = $("clear").disabled = !stage.brush.strokes.length;
  const opening = `aperture?${new URLSearchParams(look.opening())}`;
  if ($("aperture").getAttribute("src") !== opening) $("aperture").src = opening;
  if (drawn && view !== "depth") return showDrawn();
  if (!photo?.depth) return;
  const depth = view === "depth";
  pictures.want(
    of(depth ? "depth_view" : "preview"),
    photo.reduced && !depth ? of("full") : null,
    settings(),
  );
  attempt("", tellCommand);
}

async function show(picture, full, headers) {
  await stage.show("after", picture);
  const point = headers.get("Focus-Point").split(",").map(Number);
  if (focus === null) stage.place(point);
  const [across, down] = point.map((part) => Math.round(part * 100));
  const near = Number(headers.get("Focus-Disparity")).toFixed(2);
  const size = full || !photo.reduced ? `${photo.width} × ${photo.height}` : "preview";
  const shown = view === "depth" ? "white is in focus" : size;
  say(`Focus ${across} %, ${down} % · nearness ${near} · ${shown}`);
}

function showDrawn() {
  pictures.stop();
  say(drawn.message);
  return stage.show("after", drawn.blob);
}

async function opened(answer, file) {
  pictures.stop();
  photo = { ...(await answer.json()), file };
  focus = null;
  document.title = `${photo.name} – Darkroom`;
  $("title").textContent = photo.name;
  $("format").value = photo.format;
  $("meaning").value = "disparity";
  const before = await (await ask(of("before"))).blob();
  await Promise.all([stage.show("before", before), stage.show("after", before)]);
  $("after").alt = photo.name;
  home(false);
  stage.open(photo);
  tellDepth();
  change();
  photo.whole = before;
  if (!photo.reduced) return;
  const still = photo;
  photo.whole = ask(of("before?full=1")).then((full) => full.blob());
  const full = await photo.whole;
  if (photo === still) await stage.show("before", full);
}

/** Turns between where photos are chosen and where one is worked on. */
function home(there) {
  $("welcome").hidden = !there;
  $("studio").hidden = $("saving").hidden = there;
  $("another").hidden = !photo;
  $("another").textContent = there ? "Back" : "Open…";
  document.body.classList.toggle("open", !there);
}

function tellDepth() {
  const asked = !$("missing").hidden;
  $("missing").hidden = Boolean(photo.depth);
  if (!photo.depth) $("choose-missing").focus();
  else if (asked) $("reticle").focus({ preventScroll: true });
  $("missing-said").textContent = photo.error;
  $("depth-said").textContent = photo.depth || "none yet";
  $("meaning").disabled = $("network-draw").disabled = !photo.depth;
  if (photo.depth) network.prepare(of("disparity"));
}

async function setDepth(query, file) {
  Object.assign(photo, await (await upload(of(`depth?${query}`), file)).json());
  tellDepth();
  change();
}

/** Offers to fetch a network, once, where photos without a depth have none. */
function offer(network) {
  $("fetch").hidden = $("fetch-missing").hidden = !network;
  document.querySelectorAll(".fetch-said").forEach((one) => {
    one.hidden = !network;
    if (network) one.textContent =
      `${network.name}: ${network.megabytes} MB from ${network.origin}; ${network.licence}. ` +
      "Once; it stays on this computer. Your photos go nowhere.";
  });
}

async function fetchNetwork() {
  const buttons = [$("fetch-depth"), $("fetch-missing")];
  buttons.forEach((one) => (one.disabled = true));
  await attempt("Fetching the network; this takes a while…", async () => {
    await ask("fetch", { method: "POST" });
    offer(null);
    if (photo) await setDepth("source=fetched");
  });
  buttons.forEach((one) => (one.disabled = false));
}

const openSent = (file) =>
  attempt("Opening…", async () =>
    opened(await upload(`photos?name=${encodeURIComponent(file.name)}`, file), file));

const depthSent = (file) =>
  attempt("Reading the depth…", () =>
    setDepth(`name=${encodeURIComponent(file.name)}&meaning=${$("meaning").value}`, file));

/** The photo's pixels as this browser reads its file, or else as the server has read it. */
const bitmap = () =>
  createImageBitmap(photo.file).catch(async () => createImageBitmap(await photo.whole));

async function drawHere() {
  const still = photo;
  $("network-draw").disabled = true;
  const done = await attempt("Reading the photo…", async () => {
    const drawing = await network.draw(await bitmap(), say);
    const blob = await network.file(drawing.canvas, ".png");
    if (photo !== still) return;
    drawn = { ...drawing, blob };
    if (view === "depth") document.querySelector("[name=view]").click();
    else refresh();
  });
  if (!done) say("");
  $("network-draw").disabled = !photo.depth;
  if (document.activeElement === document.body) $("network-draw").focus({ preventScroll: true });
}

async function save() {
  const ending = $("format").value;
  $("save").disabled = true;
  await attempt("Saving…", async () => {
    const file = drawn
      ? await network.file(drawn.canvas, ending)
      : await (await post(of("file"), { ...settings(), format: ending })).blob();
    download(file, `${photo.stem}_bokeh${ending}`);
  });
  $("save").disabled = false;
}

function download(blob, name) {
  const link = document.createElement("a");
  Object.assign(link, { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function tellCommand() {
  if (!$("command").open || !photo?.depth) return;
  const body = { ...settings(), format: $("format").value };
  const { command, masks } = await (await post(of("command"), body)).json();
  $("command").querySelector("code").textContent = command;
  $("masks").replaceChildren(...masks.map(({ kind, name }) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: name });
    button.addEventListener("click", () => attempt("Saving…", async () =>
      download(await (await post(of(`mask/${kind}`), settings())).blob(), name)));
    return button;
  }));
}

/** Does what may be refused, and says so meanwhile. Resolves to whether it was done. */
async function attempt(doing, work) {
  if (doing) {
    say(doing);
    $("error").hidden = true;
    document.body.setAttribute("aria-busy", "true");
  }
  try {
    await work();
    return true;
  } catch (problem) {
    complain(problem);
    return false;
  } finally {
    if (doing) document.body.removeAttribute("aria-busy");
    if (doing && $("status").textContent === doing) say("");
  }
}

function say(sentence) {
  $("status").textContent = sentence;
}

function complain(problem) {
  if (!(problem instanceof Refused)) console.error(problem);
  $("error").firstElementChild.textContent = problem.message;
  $("error").hidden = false;
}

const on = (id, event, then) => $(id).addEventListener(event, then);
const chosen = (name, then) =>
  document.getElementsByName(name).forEach((one) =>
    one.addEventListener("change", () => then(one.value)));

chosen("view", (name) => (stage.view((view = name)), refresh()));
chosen("tool", (name) => {
  stage.tool(name);
  $("brush").hidden = name === "focus";
  if (name === "focus" && focus) stage.place(focus);
});
on("another", "click", () => home($("welcome").hidden));
on("choose-depth", "click", () => sources.chooseDepth());
on("choose-missing", "click", () => sources.chooseDepth());
on("fetch-depth", "click", fetchNetwork);
on("fetch-missing", "click", fetchNetwork);
on("prior", "click", () => attempt("Trying…", () => setDepth("source=prior")));
on("meaning", "change", () =>
  attempt("Reading the depth…", () => setDepth(`meaning=${$("meaning").value}`)));
on("save", "click", save);
on("format", "change", () => attempt("", tellCommand));
on("command", "toggle", () => attempt("", tellCommand));
on("copy", "click", () => attempt("Copying…", async () => {
  await navigator.clipboard.writeText($("command").querySelector("code").textContent);
  say("Copied");
}));
on("undo", "click", () => (stage.brush.undo(), change()));
on("clear", "click", () => (stage.brush.clear(), change()));
on("brush-size", "input", ({ target }) => (stage.sizeBrush(target.value / 100), look.fill(target)));
$("error").querySelector("button").addEventListener("click", () => ($("error").hidden = true));

look.listen(change);
look.fill($("brush-size"));
stage.listen({ focused: (point) => ((focus = point), change()), painted: change });
attempt("", async () => {
  const about = await (await ask("about")).json();
  network.listen(about.network, drawHere);
  offer(about.fetch);
  sources.listen(about, {
    photo: openSent,
    depth: depthSent,
    listed: (number) =>
      attempt("Opening…", async () => opened(await upload(`folder/${number}`))),
    refuse: (sentence) => complain(new Refused(sentence)),
    isOpen: () => Boolean(photo),
  });
});
change();
