// The photo drawn by a network on this very computer: nothing goes to the server.

import { attempt, say } from "./messages.js";
import { Refused, ask } from "./server.js";

const $ = (id) => document.getElementById(id);
const KINDS = { ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp" };

let names = null; // { bokeh, depth?, error, radius }, or null: the page was started without
let worker = null; // keeps LiteRT.js and the networks that it has loaded
let near = Promise.resolve(null); // the depth of the photo, as the server has it
let drawn = null; // what the network drew, { canvas, blob, message }, until the lens draws
let page; // {photo(), inFocus(), drew()}

export const drawing = () => drawn;

export function listen(about, from) {
  names = about;
  page = from;
  $("network").hidden = !names;
  if (!names) return;
  $("network-said").textContent = `${names.bokeh}, on your own processor`;
  $("network-depth").parentElement.hidden = !names.depth;
  $("network-depth-said").textContent = `Depth by ${names.depth}, too`;
  $("network-draw").addEventListener("click", drawHere);
  navigator.gpu?.requestAdapter().then((adapter) => ($("network-gpu").parentElement.hidden = !adapter));
}

/** Has the photo's depth ready, for when it is asked to draw. */
export function prepare(address) {
  if (names) near = ask(address).then(readDisparity);
  near.catch(() => {}); // is told by `draw`
}

async function readDisparity(answer) {
  const [height, width] = answer.headers.get("Size").split("x").map(Number);
  const values = new Float32Array(await answer.arrayBuffer());
  return { values, height, width, channels: 1 };
}

/** The lens draws again. */
export function leave() {
  drawn = null;
  tellWhoDraws();
}

function tellWhoDraws() {
  $("lens").disabled = Boolean(drawn);
  $("drawn").hidden = !drawn;
  if (drawn) document.body.dataset.drawn = "";
  else delete document.body.dataset.drawn;
  for (const one of document.getElementsByName("tool")) one.disabled = Boolean(drawn);
  if (drawn) $("drawn-said").textContent = drawn.message;
}

/** A photo's pixels as this browser reads its file, or else as the server has read it. */
const bitmap = (photo) =>
  createImageBitmap(photo.file).catch(async () => createImageBitmap(await photo.whole));

async function drawHere() {
  const photo = page.photo();
  $("network-draw").disabled = true;
  const done = await attempt("Reading the photo…", async () => {
    const picture = await draw(await bitmap(photo), page.inFocus());
    const blob = await file(picture.canvas, ".png");
    if (page.photo() !== photo) return;
    drawn = { ...picture, blob };
    page.drew();
    tellWhoDraws();
  });
  if (!done) say("");
  $("network-draw").disabled = !page.photo().depth;
  if (document.activeElement === document.body) $("network-draw").focus({ preventScroll: true });
}

/**
 * Draws a photo, an ImageBitmap, with the `focus` { point, disparity }, which a network may
 * have to be told.
 * Resolves to the picture on a canvas, with a sentence about how it was drawn.
 */
async function draw(bitmap, focus) {
  if (names.error) throw new Refused(names.error);
  const alone = $("network-depth").checked;
  const accelerator = $("network-gpu").checked ? "webgpu" : "wasm";
  const disparity = alone ? null : await near;
  const answer = await work({ bitmap, disparity, focus, names, accelerator });
  const { width, height } = answer.image;
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d").putImageData(answer.image, 0, 0);
  const how = `${answer.seconds.toFixed(1)} s by ${answer.by} in this browser`;
  return { canvas, message: `${names.bokeh} · ${width} × ${height} · ${how}` };
}

function work(order) {
  worker ??= new Worker("worker.js");
  return new Promise((resolve, reject) => {
    const fail = (sentence) => {
      worker.terminate(); // what is left of its memory is no good
      worker = null;
      reject(new Refused(sentence));
    };
    worker.onmessage = ({ data }) => {
      if (data.doing) say(data.doing);
      else if (data.error) fail(data.error);
      else resolve(data);
    };
    worker.onerror = (event) => fail(`The network could not be started (${event.message}).`);
    worker.postMessage(order, [order.bitmap]);
  });
}

/** The file of a picture that was drawn. */
export function file(canvas, ending) {
  if (!KINDS[ending]) throw new Refused("A browser writes no TIFF; choose PNG, which loses nothing either.");
  return canvas.convertToBlob({ type: KINDS[ending], quality: 0.95 });
}
