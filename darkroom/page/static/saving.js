// What leaves the page: the picture, its depth and matte, and the command for the same.

import * as network from "./network.js";
import { attempt, say } from "./messages.js";
import { post } from "./server.js";

const $ = (id) => document.getElementById(id);

let from; // {of(what), settings(), photo(), drawn()}

export function listen(page) {
  from = page;
  $("save").addEventListener("click", save);
  $("format").addEventListener("change", () => attempt("", tellCommand));
  $("command").addEventListener("toggle", () => attempt("", tellCommand));
  $("save-depth").addEventListener("click", () => saveMap("depth"));
  $("save-matte").addEventListener("click", () => saveMap("matte"));
  $("copy").addEventListener("click", () => attempt("Copying…", copy));
}

async function save() {
  const ending = $("format").value;
  $("save").disabled = true;
  await attempt("Saving…", async () => {
    const drawn = from.drawn();
    const file = drawn
      ? await network.file(drawn.canvas, ending)
      : await blob("file", { ...from.settings(), format: ending });
    download(file, `${from.photo().stem}_bokeh${ending}`);
  });
  $("save").disabled = false;
}

const saveMap = (kind) =>
  attempt("Saving…", async () =>
    download(await blob(`map/${kind}`, from.settings()), `${from.photo().stem}_${kind}.png`));

const blob = async (what, body) => (await post(from.of(what), body)).blob();

function download(content, name) {
  const link = document.createElement("a");
  Object.assign(link, { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function copy() {
  const code = $("command").querySelector("code");
  // Browsers give the clipboard to pages of this computer only, not to a phone's.
  if (navigator.clipboard) await navigator.clipboard.writeText(code.textContent);
  else getSelection().selectAllChildren(code);
  say(navigator.clipboard ? "Copied" : "Selected: copy it");
}

export async function tellCommand() {
  if (!$("command").open || !from.photo()?.depth) return;
  const body = { ...from.settings(), format: $("format").value };
  const { command, masks } = await (await post(from.of("command"), body)).json();
  $("command").querySelector("code").textContent = command;
  $("masks").replaceChildren(...masks.map(({ kind, name }) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: name });
    button.addEventListener("click", () => attempt("Saving…", async () =>
      download(await blob(`mask/${kind}`, from.settings()), name)));
    return button;
  }));
}
