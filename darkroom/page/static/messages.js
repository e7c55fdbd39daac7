// What the page says: what is under way, what came of it, what went wrong.

import { Refused } from "./server.js";

const $ = (id) => document.getElementById(id);

/** Does what may be refused, and says so meanwhile. Resolves to whether it was done. */
export async function attempt(doing, work) {
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

export function say(sentence) {
  $("status").textContent = sentence;
}

export function complain(problem) {
  if (!(problem instanceof Refused)) console.error(problem);
  $("error").firstElementChild.textContent = problem.message;
  $("error").hidden = false;
}

$("error").querySelector("button").addEventListener("click", () => ($("error").hidden = true));
