/**
 * A table of an answer, as the templates write it.
 * @module
 */
import { number, visible } from "./answers.js";
import { count, element } from "./dom.js";
import { behind, results } from "./matrix.js";
import { address, slug } from "./terms.js";

/** @typedef {import("./answers.js").Table} Table */
/** @typedef {import("./answers.js").Term} Term */
/** @typedef {import("./door.js").StoredQuery} StoredQuery */

/** So many rows of a table stand on a page; the download has all. */
export const ROWS = 400;

/**
 * Return the rows of an answer as a table for people.
 * @param {Table} table
 * @param {object} about
 * @param {string} about.caption
 * @param {Record<string, string>} about.prefixes
 * @param {StoredQuery} [about.query] the stored query that was asked
 * @param {StoredQuery} [about.other] the query behind a row
 * @param {[string, string][]} [about.given]
 * @returns {HTMLElement[]}
 */
export function draw(table, { caption, prefixes, query, other, given = [] }) {
  const place = Object.fromEntries(table.columns.map((name, at) => [name, at]));
  const says = "finding" in place && "statement" in place;
  const part = { columns: table.columns, rows: table.rows.slice(0, ROWS) };
  // A finding has no better name than what it says.
  const columns = visible(table, query?.columns ?? {}, prefixes).filter(
    ({ name }) => !(says && name === "finding"),
  );
  const y = ["bars", "timeline"].includes(query?.view.kind ?? "") ? query?.view.y : undefined;
  const most = y ? Math.max(0, ...table.rows.map((row) => number(row[place[y]]) ?? 0)) : 0;
  const body = part.rows.map((row, at) =>
    element("tr", {}, ...columns.map((column) => {
      let term = row[place[column.name]];
      if (says && column.name === "statement") term = row[place.finding];
      let text = cell(term, column.texts[at]);
      if (column.name === y && most) {
        const width = Math.round((1000 * (number(term) ?? 0)) / most) / 10;
        if (query && other) {
          const held = Object.fromEntries(table.columns.flatMap((name, index) => {
            const one = row[index];
            return one ? [[name, one.type === "uri" ? slug(one.value) : one.value]] : [];
          }));
          text = [element("a", { href: results(other.name, behind(query, held, given, other)) }, ...text)];
        }
        text = [element("span", { class: "bar", style: `--w:${width}%` }, ...text)];
      }
      return element("td", { class: column.numeric ? "n" : null }, ...text);
    })),
  );
  const head = columns.map(({ heading, numeric }) =>
    element("th", { scope: "col", class: numeric ? "n" : null }, heading));
  const drawn = element(
    "table", { class: "rows" }, element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body),
  );
  const scroll = element(
    "div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, drawn,
  );
  if (table.rows.length <= ROWS) return [scroll];
  const more = `The first ${ROWS} of ${count(table.rows.length, "row")}; the CSV has all.`;
  return [scroll, element("p", { class: "more" }, more)];
}

/**
 * Return what stands in a cell.
 * @param {Term | undefined} term
 * @param {string} text
 * @returns {(Node | string)[]}
 */
function cell(term, text) {
  if (term?.type === "uri") {
    const to = address(term.value);
    return to === null ? [text] : [element("a", { href: to }, text)];
  }
  const language = term?.["xml:lang"];
  if (term?.type === "literal" && !language && /^https?:\/\/\S+$/.test(term.value)) {
    return [element("a", { href: term.value }, term.value)];
  }
  const words = term?.type === "literal" && language ? term.value : text;
  const lines = words.split("\n").flatMap((line, at) => (at ? [element("br"), line] : [line]));
  return language && language !== "en" ? [element("span", { lang: language }, ...lines)] : lines;
}
