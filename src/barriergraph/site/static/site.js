/**
 * What every page loads: it finds what is on the page, and fetches no more code than that needs.
 *
 * Every page does its work without scripts on a server. Files that only lie somewhere cannot
 * answer, and there the browser does.
 * @module
 */
import { offer } from "./find.js";

/** @param {string} selector @returns {any[]} */
const all = (selector) => [...document.querySelectorAll(selector)];

for (const field of all("form.find input[name=q]")) offer(field);

const drawings = all("a[data-drawing]");
if (drawings.length) import("./drawing.js").then(({ offerPictures }) => offerPictures(drawings));

const section = document.querySelector("main #answer");
const words = new URLSearchParams(location.search).get("q")?.trim();
const field = document.querySelector("main input[name=q]");
// A server has written what was found.
if (section && words && field instanceof HTMLInputElement && !section.childElementCount) {
  field.value = words;
  import("./find.js").then(({ list }) => list(/** @type {HTMLElement} */ (section), words));
}

const form = document.querySelector("form.ask[data-query]");
if (form && section) {
  import("./asking.js").then(({ takeOver }) =>
    takeOver(/** @type {HTMLFormElement} */ (form), /** @type {HTMLElement} */ (section)));
}

const editor = document.querySelector("form[data-editor]");
if (editor) {
  import("./editor.js").then(({ start }) => start(/** @type {HTMLFormElement} */ (editor)));
}
