// Where photos come from: chosen, dropped, pasted, from the folder, or one to try.

const $ = (id) => document.getElementById(id);
const MAP = /\.(npy|pfm|exr)$|depth|disp/i; // the names that depth maps have
const megabytes = (bytes) => `${Math.ceil(bytes / 1e6)} MB`;

let to; // what is done with them: {photo, depth, offered, refuse, isOpen}
let most; // bytes of one

export function listen(about, actions) {
  to = actions;
  most = about.max_bytes;
  $("choose").disabled = false;
  $("folder").hidden = !about.folder.length;
  $("folder").replaceChildren(...about.folder.map((name, i) => thumbnail(`folder/${i}`, name)));
  $("samples").hidden = Boolean(about.folder.length);
  $("sample-list").replaceChildren(
    ...about.samples.map(({ text }, i) => thumbnail(`samples/${i}`, text, true)));
}

export const choosePhoto = () => choose(true, take);
export const chooseOne = (then) => choose(false, ([file]) => fits(file) && then(file));
export const chooseDepth = () => chooseOne((file) => to.depth(file));

function thumbnail(place, text, isSaid = false) {
  const item = document.createElement("li");
  const button = item.appendChild(document.createElement("button"));
  const picture = button.appendChild(document.createElement("img"));
  Object.assign(button, { type: "button", title: isSaid ? "" : text });
  Object.assign(picture, { src: place, alt: isSaid ? "" : text, loading: "lazy" });
  if (isSaid) button.appendChild(document.createElement("span")).textContent = text;
  button.addEventListener("click", () => to.offered(place));
  return item;
}

function choose(several, then) {
  const input = $("file");
  Object.assign(input, { value: "", multiple: several, onchange: () => then(input.files) });
  input.click();
}

/** A photo, a depth map, or both: what is what is told by the names. */
async function take(files) {
  const [first, second] = [...files].sort((a, b) => MAP.test(a.name) - MAP.test(b.name));
  if (!first || ![first, second].every((file) => !file || fits(file))) return;
  if (!second && to.isOpen() && MAP.test(first.name)) to.depth(first);
  else if ((await to.photo(first)) && second) to.depth(second, true);
}

function fits(file) {
  if (file.size <= most) return true;
  to.refuse(`${file.name} has ${megabytes(file.size)}; at most ${megabytes(most)} are taken here.`);
  return false;
}

$("choose").addEventListener("click", choosePhoto);

addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  $("drop").hidden = false;
});

addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) $("drop").hidden = true;
});

addEventListener("drop", (event) => {
  event.preventDefault();
  $("drop").hidden = true;
  take(event.dataTransfer.files);
});

addEventListener("paste", (event) => take(event.clipboardData.files));
