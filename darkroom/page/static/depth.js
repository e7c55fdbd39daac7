// Where the photo's depth comes from: found, a map, a second photo, a box, a guess; its matte.

import * as sources from "./sources.js";
import { attempt } from "./messages.js";
import { ask } from "./server.js";

const $ = (id) => document.getElementById(id);

let to; // {set(recipe), box()}

/**
 * A recipe is how a photo got its depth and matte, to be done again by undo: {query, file,
 * matte}; without a query, and where it is null, the depth is what it was opened with.
 */
export function listen(actions) {
  to = actions;
  const choose = () => sources.chooseDepth();
  const other = () => sources.chooseOne((file) => right(file));
  const boxes = () => to.box();
  const pairs = {
    "choose-depth": choose, "choose-missing": choose, "second-photo": other,
    "second-missing": other, "box-depth": boxes, "draw-box": boxes, "box-rough": boxes,
    "fetch-depth": fetchNetwork, "fetch-missing": fetchNetwork,
    prior: () => attempt("Trying…", () => by({ query: "source=prior" })),
    "choose-matte": () => sources.chooseOne(matte),
    "leave-matte": () => matte(),
  };
  const goOn = () => ($("rough").hidden = true);
  for (const id of ["box-rough", "close-rough"]) $(id).addEventListener("click", goOn);
  $("frame").addEventListener("pointerdown", goOn);
  for (const [id, then] of Object.entries(pairs)) $(id).addEventListener("click", then);
  $("meaning").addEventListener("change", () =>
    attempt("Reading the depth…", () => to.set({ ...given, query: meant(given?.file) })));
}

let given = null; // the recipe of what is used now
const by = (depth, isFirst) => to.set({ ...depth, matte: given?.matte }, isFirst);
const meant = (file) =>
  `${file ? `name=${encodeURIComponent(file.name)}&` : ""}meaning=${$("meaning").value}`;

/** A map was sent; `isFirst`: with its photo, so that undo does not part them. */
export const sent = (file, isFirst) =>
  attempt("Reading the depth…", () => by({ query: meant(file), file }, isFirst));

export const matte = (file, isFirst) =>
  attempt("Reading the matte…", () => to.set({ ...given, matte: file }, isFirst));

const right = (file) =>
  attempt("Matching the two photos…", () =>
    by({ query: `source=right&name=${encodeURIComponent(file.name)}`, file }));

export const boxed = (box) =>
  attempt("Cutting out what the box holds…", () =>
    by({ query: `source=box&box=${box.map((part) => part.toFixed(4)).join(",")}` }));

/** What is to be sent for another recipe: pairs of an address and a file. */
export function requests(before, now) {
  const isNew = (part) => (before?.[part] ?? null) !== (now?.[part] ?? null);
  const name = now?.matte ? `?name=${encodeURIComponent(now.matte.name)}` : "";
  return [
    ...(isNew("query") || isNew("file") ? [[`depth?${now?.query ?? "source=first"}`, now?.file]] : []),
    ...(isNew("matte") ? [[`matte${name}`, now?.matte]] : []),
  ];
}

/** Whether a recipe says anew what is in focus: a subject, or another depth altogether. */
export const isSubject = (before, now) =>
  now.matte !== before?.matte || /^source=(box|right|prior|fetched)/.test(now.query);

/** Says what the photo's depth is, or asks for one. */
export function tell(photo, recipe) {
  given = recipe;
  const asked = !$("missing").hidden;
  $("missing").hidden = Boolean(photo.depth);
  $("rough").hidden = !photo.rough;
  if (!photo.depth) $("draw-box").focus({ preventScroll: true });
  else if (asked) $("reticle").focus({ preventScroll: true });
  $("missing-said").textContent = photo.error;
  $("depth-said").textContent = photo.depth || "none yet";
  if (photo.matte) $("depth-said").textContent += `; the matte ${photo.matte}`;
  $("leave-matte").hidden = !photo.matte;
  $("lens-said").hidden = !photo.lens;
  $("lens-said").textContent = `of its own ${photo.lens} lens`;
  const meaning = /meaning=(\w+)/.exec(recipe?.query ?? "");
  $("meaning").value = meaning ? meaning[1] : "disparity";
  for (const id of ["meaning", "save-depth", "save-matte"]) $(id).disabled = !photo.depth;
}

/** Offers to fetch a network, once, where photos without a depth have none. */
export function offer(network) {
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
    await by({ query: "source=fetched" });
  });
  buttons.forEach((one) => (one.disabled = false));
}
