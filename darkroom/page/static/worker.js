// Runs the networks by LiteRT.js, beside the page, which stays quick meanwhile. Not a
// module: LiteRT.js and its threads load their parts by importScripts.

const LITERT = new URL("litert/", self.location.href).href;
const CONTRACTS = {
  bokeh: { takes: 4, gives: 3, contract: "an exported PyNET: photo and depth 1xHxWx4 in, a picture out" },
  depth: { takes: 3, gives: 1, contract: "a depth network: 1xHxWx3 in, 1xHxWx1 out" },
};

// Otherwise they would be looked for beside this file.
self.Module = {
  locateFile: (file) => LITERT + file,
  mainScriptUrlOrBlob: `${LITERT}litert_wasm_threaded_internal.js`,
};

class Refused extends Error {}

let loaded; // LiteRT.js, a promise
let name; // of the network at hand
const compiled = {}; // the networks by what they are for and where they run, promises

async function load() {
  const litert = await import("./litert/index.js");
  const able = await Promise.all(["threads", "relaxedSimd"].map(litert.supportsFeature));
  await litert.loadLiteRt(LITERT, { threads: crossOriginIsolated && able.every(Boolean) });
  return litert;
}

/** One network, ready to run. Of the graphics processors not all know all operations. */
async function compile(kind, accelerator) {
  postMessage({ doing: `Loading ${name}…` });
  const litert = await (loaded ??= load());
  const answer = await fetch(`network/${kind}`);
  if (!answer.ok) throw new Refused((await answer.json()).error);
  const file = new Uint8Array(await answer.arrayBuffer());
  // The sums of an instance norm are too much for 16 bits.
  const options = { accelerator, gpuOptions: { precision: "fp32" } };
  const model = await litert.loadAndCompile(file, options);
  check(kind, model);
  return model;
}

function check(kind, model) {
  const { takes, gives, contract } = CONTRACTS[kind];
  const shapes = [model.getInputDetails(), model.getOutputDetails()].map((tensors) =>
    tensors.map((tensor) => [...tensor.shape]));
  const [[input, ...inputs], [output, ...outputs]] = shapes;
  const fits = (shape, channels) => shape.length === 4 && shape[0] === 1 && shape[3] === channels;
  if (inputs.length || outputs.length || !fits(input, takes) || !fits(output, gives)) {
    const [from, to] = shapes.map((sides) => sides.map((shape) => shape.join("x")).join(" and "));
    throw new Refused(`${name} turns ${from} into ${to}; expected ${contract}.`);
  }
}

/** Runs a network on what `input(size)` makes of the size that it takes. */
async function run(kind, { names, accelerator }, input) {
  name = names[kind];
  const model = await (compiled[kind + accelerator] ??= compile(kind, accelerator));
  const litert = await loaded;
  const [rows, columns] = model.getInputDetails()[0].shape.slice(1);
  postMessage({ doing: `Running ${name}…` });
  const began = performance.now();
  const { values, ...rest } = input([rows, columns]);
  const tensor = new litert.Tensor(values, [...model.getInputDetails()[0].shape]);
  const [output] = await model.run(tensor);
  tensor.delete();
  const answer = await output.data();
  output.delete();
  if (!answer.every(Number.isFinite)) throw new Refused(`${name} answers with NaN; export it again.`);
  const [, height, width, channels] = model.getOutputDetails()[0].shape;
  const threads = litert.getGlobalLiteRt().liteRtWasm.getThreadCount();
  return {
    ...rest,
    output: { values: answer, height, width, channels },
    limit: [2 * rows, 2 * columns],
    seconds: (performance.now() - began) / 1000,
    by: model.options.accelerator === "webgpu" ? "WebGPU" : `${threads} thread${threads > 1 ? "s" : ""}`,
  };
}

/** The pixels of a bitmap as bytes of RGBA. */
function pixels(bitmap) {
  const { height, width } = bitmap;
  const ink = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  ink.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { values: ink.getImageData(0, 0, width, height).data, height, width, channels: 4 };
}

async function draw(order) {
  const tensors = await import("./tensors.js");
  const photo = pixels(order.bitmap);
  let { disparity } = order;
  if (!disparity) {
    const answer = await run("depth", order, (size) => tensors.photoAlone(photo, size));
    disparity = tensors.stretched(answer.output);
  }
  const { radius } = order.names;
  if (radius) {
    const at = order.disparity ? order.focus.disparity : tensors.at(disparity, order.focus.point);
    disparity = tensors.folded(disparity, at);
  }
  const { output, limit, seen, size, seconds, by } = await run("bokeh", order, (half) =>
    tensors.photoAndDepth(photo, disparity, half));
  const told = radius ? { radius, blur: tensors.blurOf(disparity, radius, size) } : null;
  return { image: tensors.picture(output, seen, limit, size, photo, told), seconds, by };
}

/** What went wrong, as one sentence. */
function sentence(problem) {
  const message = String(problem?.message ?? problem).split("\n")[0];
  if (problem instanceof Refused) return message;
  if (problem instanceof RangeError || /memory|OOM/i.test(message)) {
    return `This browser has not enough memory for ${name}; export it with a smaller --size.`;
  }
  if (message.includes("third_party")) { // a place in LiteRT's source is all that it says
    return `LiteRT found no room for ${name} in this browser, or does not know its operations; export it with a smaller --size.`;
  }
  return `${name} could not be run in this browser (${message}).`;
}

self.addEventListener("message", async ({ data }) => {
  name = data.names.bokeh;
  try {
    postMessage(await draw(data));
  } catch (problem) {
    postMessage({ error: sentence(problem) });
  }
});
