// The photo drawn by a network on this very computer: nothing goes to the server.

import { Refused, ask } from "./server.js";

const $ = (id) => document.getElementById(id);
const KINDS = { ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp" };

let names = null; // { bokeh, depth?, error, radius }, or null: the page was started without
let worker = null; // keeps LiteRT.js and the networks that it has loaded
let near = Promise.resolve(null); // the depth of the photo, as the server has it

export function listen(about, draw) {
  names = about;
  $("network").hidden = !names;
  if (!names) return;
  $("network-said").textContent = `${names.bokeh}, on your own processor`;
  $("network-depth").parentElement.hidden = !names.depth;
  $("network-depth-said").textContent = `Depth by ${names.depth}, too`;
  $("network-draw").addEventListener("click", draw);
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

/**
 * Draws a photo, an ImageBitmap, with the `focus` { point, disparity }, which a network may
 * have to be told; `say` is told what is under way.
 * Resolves to the picture on a canvas, with a sentence about how it was drawn.
 */
export async function draw(bitmap, focus, say) {
  if (names.error) throw new Refused(names.error);
  const alone = $("network-depth").checked;
  const accelerator = $("network-gpu").checked ? "webgpu" : "wasm";
  const disparity = alone ? null : await near;
  const answer = await work({ bitmap, disparity, focus, names, accelerator }, say);
  const { width, height } = answer.image;
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d").putImageData(answer.image, 0, 0);
  const how = `${answer.seconds.toFixed(1)} s by ${answer.by} in this browser`;
  return { canvas, message: `${names.bokeh} · ${width} × ${height} · ${how}` };
}

function work(order, say) {
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
