// Looks to begin with, as chips.

import { explain } from "./tips.js";

const row = document.getElementById("presets");

/** Offers presets, {name, text, look}; `choose(look)` is called with one that is pressed. */
export function listen(presets, choose) {
  row.hidden = !presets.length;
  row.replaceChildren(...presets.map(({ name, text, look }) => {
    const chip = document.createElement("button");
    Object.assign(chip, { type: "button", textContent: name, className: "chip" });
    chip.dataset.look = JSON.stringify(sorted(look));
    chip.addEventListener("click", () => choose(look));
    explain(chip, chip, text);
    return chip;
  }));
}

const sorted = (look) => Object.entries({ shape: "disc", ...look }).sort();

/** Marks the preset that the look now is, if it is one. */
export function mark(look) {
  const now = JSON.stringify(sorted(look));
  for (const chip of row.children) chip.setAttribute("aria-pressed", String(chip.dataset.look === now));
}
