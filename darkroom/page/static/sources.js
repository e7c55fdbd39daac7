// Where photos come from: chosen, dropped, pasted, from the folder, or one to try.

const $ = (id) => document.getElementById(id);
// The names that depth maps have, and mattes.
const KINDS = { depth: /\.(npy|pfm|exr)$|depth|disp/i, matte: /matte|alpha|cut-?out/i };
const kindOf = ({ name }) => Object.keys(KINDS).find((kind) => KINDS[kind].test(name));
const megabytes = (bytes) => `${Math.ceil(bytes / 1e6)} MB`;

let to; // what is done with them: {photo, settle, depth, matte, offered, refuse, isOpen}
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

/** A photo, what belongs to it, or both: what is what is told by the names. */
async function take(files) {
  const all = [...files];
  if (!all.length || !all.every(fits)) return;
  let photo = all.find((file) => !kindOf(file));
  if (!photo && !to.isOpen()) [photo] = all; // whatever it is called
  const others = all.filter((file) => file !== photo);
  if (photo && !(await to.photo(photo, others.length > 0))) return;
  let done = true;
  for (const file of others) done = await to[kindOf(file) ?? "depth"](file, Boolean(photo));
  if (photo && !done) to.settle();
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
