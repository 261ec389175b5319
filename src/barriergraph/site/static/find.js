/**
 * Search: the same order as Python's `find`, as you type and on the page of a search.
 * @module
 *
 * Source: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
import { count, element } from "./dom.js";
import { json, root } from "./door.js";

/** So many are offered while one types, and so many stand on a page. */
const OFFERED = 8;
const LISTED = 200;

/**
 * @typedef {object} Entry
 * @property {string} label
 * @property {string} kind
 * @property {string} address
 * @property {string} text
 * @property {string} folded
 * @property {string[]} words
 * @property {string[]} others
 * @property {string} said
 */

/** @type {Promise<Entry[]> | undefined} */
let read;

/** Return all that can be found, fetched once. */
function entries() {
  read ??= json("search.json").then(({ kinds, entries: rows }) =>
    rows.map((/** @type {[string, number, string, string[], string]} */ row) => {
      const [label, kind, address, others, text] = row;
      const folded = fold(label);
      return {
        label, kind: kinds[kind], address, text, folded,
        words: parts(folded), others: others.map(fold), said: fold(text),
      };
    }),
  );
  read.catch(() => (read = undefined));
  return read;
}

/**
 * Return the entries that have all words, those that are named so first.
 * @param {Entry[]} among
 * @param {string} text
 * @returns {Entry[]}
 */
export function find(among, text) {
  const wanted = parts(fold(text));
  if (!wanted.length) return [];
  const start = wanted.join(" ");
  const ranked = among.flatMap((entry, place) => {
    const ranks = wanted.map((word) => rank(entry, word));
    if (ranks.includes(-1)) return [];
    const sum = ranks.reduce((one, other) => one + other, 0);
    return [{ entry, place, sum, whole: entry.folded.startsWith(start) ? 0 : 1 }];
  });
  ranked.sort((a, b) => a.whole - b.whole || a.sum - b.sum || a.place - b.place);
  return ranked.map(({ entry }) => entry);
}

/** @param {Entry} entry @param {string} word @returns {number} -1 when it is not there */
function rank(entry, word) {
  if (entry.folded.startsWith(word)) return 0;
  if (entry.words.some((part) => part.startsWith(word))) return 1;
  if (entry.others.some((other) => other.includes(word))) return 2;
  return entry.folded.includes(word) || entry.said.includes(word) ? 3 : -1;
}

/** @param {string} text in small letters and without accents */
const fold = (text) =>
  text.toLowerCase().replaceAll("ß", "ss").normalize("NFKD").replace(/\p{M}/gu, "");

/** @param {string} text */
const parts = (text) => text.match(/[\p{L}\p{N}_]+/gu) ?? [];

/**
 * Make a field of a search offer what it finds.
 * @param {HTMLInputElement} field
 */
export function offer(field) {
  const list = element("ul", {
    id: `${field.id}-offers`, role: "listbox", class: "offers", hidden: true,
    "aria-label": "Found",
  });
  const said = element("p", { role: "status", class: "unseen" });
  field.after(list, said);
  const roles = {
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": list.id,
  };
  for (const [name, value] of Object.entries(roles)) field.setAttribute(name, value);
  let at = -1;
  let typed = 0;

  const close = () => {
    list.hidden = true;
    at = -1;
    typed += 1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  /** @param {number} place */
  const choose = (place) => {
    at = place;
    [...list.children].forEach((one, index) => {
      one.setAttribute("aria-selected", String(index === place));
      if (index !== place) return;
      field.setAttribute("aria-activedescendant", one.id);
      one.scrollIntoView({ block: "nearest" });
    });
    if (place < 0) field.removeAttribute("aria-activedescendant");
  };
  const show = async () => {
    close();
    const mine = typed;
    const text = field.value;
    if (!text.trim()) return;
    const found = find(await entries(), text);
    if (mine !== typed) return;
    const offered = found.slice(0, OFFERED);
    list.replaceChildren(
      ...offered.map((entry, place) => {
        const option = element(
          "li", { role: "option", id: `${list.id}-${place}`, "aria-selected": "false" },
          element("span", {}, entry.label), " ", element("small", {}, entry.kind),
        );
        option.dataset.address = entry.address;
        return option;
      }),
    );
    said.textContent = `${count(found.length, "thing")} found`;
    list.hidden = !offered.length;
    field.setAttribute("aria-expanded", String(offered.length > 0));
  };
  /** @param {Element | undefined} option */
  const follow = (option) => {
    const address = option instanceof HTMLElement ? option.dataset.address : undefined;
    if (address !== undefined) location.assign(new URL(address, root));
  };

  field.addEventListener("focus", () => entries().catch(() => {}));
  field.addEventListener("input", () => show().catch(close));
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const amount = list.hidden ? 0 : list.children.length;
    if (event.key === "Escape" && amount) close();
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !amount) show().catch(close);
    else if (event.key === "ArrowDown") choose(at + 1 < amount ? at + 1 : 0);
    else if (event.key === "ArrowUp") choose(at > 0 ? at - 1 : amount - 1);
    else if (event.key === "Enter" && at >= 0) follow(list.children[at]);
    else return;
    event.preventDefault();
  });
  // The field keeps the focus while one presses, or the list would be gone before the click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    if (event.target instanceof Element) follow(event.target.closest("li") ?? undefined);
  });
}

/**
 * Write what a search finds where a server would have written it.
 * @param {HTMLElement} section
 * @param {string} text
 */
export async function list(section, text) {
  section.replaceChildren(element("p", {}, "Searching…"));
  const found = find(await entries(), text.slice(0, LISTED));
  const items = found.slice(0, LISTED).map((entry) => {
    const address = new URL(entry.address, root).href;
    const said = entry.text ? [element("br"), entry.text] : [];
    return element(
      "li", {}, element("a", { href: address }, entry.label), " ",
      element("small", {}, entry.kind), ...said,
    );
  });
  section.replaceChildren(
    element("p", {}, `${count(found.length, "thing")} found.`),
    element("ul", { class: "found" }, ...items),
    found.length > LISTED
      ? element("p", {}, `The first ${LISTED} are shown; another word narrows them.`)
      : "",
  );
}
