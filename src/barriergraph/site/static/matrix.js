/**
 * A table of counts as a matrix, as Python's `matrix` and `maps` make it.
 * @module
 */
import { number, shown } from "./answers.js";
import { element } from "./dom.js";
import { page, slug } from "./terms.js";

/** @typedef {import("./answers.js").Table} Table */
/** @typedef {import("./answers.js").Term} Term */
/** @typedef {import("./door.js").StoredQuery} StoredQuery */
/** @typedef {{iri: string, name: string, broader: string | null, depth: number}} Line */
/** @typedef {{amount: number, indirect: number}} Cell */
/** @typedef {[string, string][]} Given */

const SHADES = [1, 2, 4, 7];
const LEADING = 6;

/**
 * @typedef {object} Matrix
 * @property {Line[]} rows
 * @property {[string, string][]} columns IRI and name
 * @property {Map<string, Cell>} cells
 */

/** @param {string} row @param {string} column */
const key = (row, column) => `${row} ${column}`;

/**
 * Return the matrix that the view of a query makes of its answer.
 * @param {StoredQuery} query
 * @param {Table} table
 * @param {Record<string, string>} prefixes
 * @returns {Matrix}
 */
export function matrix({ view }, { columns: names, rows: lines }, prefixes) {
  const at = Object.fromEntries(names.map((name, place) => [name, place]));
  /** @type {Map<string, Line>} */
  const rows = new Map();
  /** @type {Map<string, string>} */
  const columns = new Map();
  /** @type {Map<string, Cell>} */
  const cells = new Map();
  /** @param {Term | undefined} term */
  const text = (term) => (term?.type === "uri" ? term.value : shown(term, prefixes));
  for (const line of lines) {
    const [row, column] = [text(line[at[view.rows]]), text(line[at[view.columns]])];
    if (!rows.has(row)) {
      const broader = line[at.broader];
      const name = shown(line[at[`${view.rows}Label`] ?? at[view.rows]], prefixes);
      rows.set(row, { iri: row, name, broader: broader?.type === "uri" ? broader.value : null, depth: 0 });
    }
    if (!columns.has(column)) {
      columns.set(column, shown(line[at[`${view.columns}Label`] ?? at[view.columns]], prefixes));
    }
    cells.set(key(row, column), {
      amount: Math.trunc(number(line[at[view.cell]]) ?? 0),
      indirect: number(line[at.indirect]) ?? 0,
    });
  }
  for (const line of rows.values()) {
    if (!rows.has(line.broader ?? "")) line.broader = null;
  }
  for (const line of rows.values()) {
    const seen = new Set([line.iri]);
    for (let above = line.broader; above && !seen.has(above); above = rows.get(above)?.broader ?? null) {
      seen.add(above);
      line.depth += 1;
    }
  }
  return { rows: [...rows.values()], columns: [...columns], cells };
}

/**
 * Return the part to be taken in at a glance: the top rows, and the columns fullest there.
 * @param {Matrix} whole
 * @param {Set<string>} wide columns that stand for narrower ones too
 * @returns {Matrix}
 */
export function leading({ rows, columns, cells }, wide) {
  const tops = rows.filter((line) => !line.depth);
  const ranked = columns
    .filter(([iri]) => !wide.has(iri))
    .map(([iri, name]) => {
      const amounts = tops.map((line) => cells.get(key(line.iri, iri))?.amount ?? 0);
      return { iri, name, sum: amounts.reduce((one, other) => one + other, 0) };
    });
  ranked.sort((a, b) => b.sum - a.sum || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return {
    rows: tops,
    columns: ranked.slice(0, LEADING).map(({ iri, name }) => [iri, name]),
    cells,
  };
}

/**
 * Return the parameters of the query behind a row, as Python's `behind_values`.
 * @param {StoredQuery} query
 * @param {Record<string, string>} row what the row holds
 * @param {Given} given
 * @param {StoredQuery} other
 * @returns {Record<string, string[]>}
 */
export function behind(query, row, given, other) {
  /** @type {Record<string, string[]>} */
  const held = {};
  const told = query.behind?.values ?? {};
  for (const [name, source] of Object.entries(told)) {
    held[name] = source in row
      ? [row[source]]
      : given.filter(([key]) => key === source).map(([, value]) => value);
  }
  for (const [name, value] of given) {
    const takes = other.parameters.some((one) => one.name === name);
    if (takes && !Object.values(told).includes(name)) (held[name] ??= []).push(value);
  }
  return Object.fromEntries(Object.entries(held).filter(([, values]) => values.length));
}

/**
 * Return the address of the answer of a query.
 * @param {string} name
 * @param {Record<string, string[]>} values
 */
export function results(name, values) {
  const pairs = Object.entries(values).flatMap(([key, held]) => held.map((one) => [key, one]));
  return `${page(`queries/${name}/results`)}?${new URLSearchParams(pairs)}`;
}

/**
 * Return a matrix as the templates draw it.
 * @param {StoredQuery} query
 * @param {StoredQuery | undefined} other the query behind a cell
 * @param {Matrix} part
 * @param {Given} given
 * @param {{rows: Map<string, number>, columns: Map<string, number>} | null} totals those to come
 *   are dots
 * @param {string} caption
 * @returns {HTMLElement[]}
 */
export function draw(query, other, part, given, totals, caption) {
  const { view } = query;
  const still = new Set([view.rows, view.columns, "within", "level"]);
  const narrowed = given.some(([name]) => !still.has(name));
  const rowPage = (/** @type {string} */ iri) => `map/${query.name}/${slug(iri)}`;
  const cellAddress = (/** @type {string} */ row, /** @type {string} */ column) => {
    if (!other || !narrowed) return page(rowPage(row), slug(column));
    const held = { [view.rows]: slug(row), [view.columns]: slug(column) };
    return results(other.name, behind(query, held, given, other));
  };
  const chosen = given.some(([name]) => name === view.columns);
  const first = query.columns[`${view.rows}Label`] ?? query.columns[view.rows];
  const head = element(
    "tr", {}, element("th", { scope: "col" }, first),
    ...part.columns.map(([, name]) => element("th", { scope: "col" }, element("span", {}, name))),
    totals &&
      element("th", { scope: "col", class: "total" }, chosen ? "In these" : "In all, these or not"),
  );
  const body = part.rows.map((line) =>
    element(
      "tr", { class: `d${Math.min(line.depth, 4)}` },
      element("th", { scope: "row" }, element("a", { href: page(rowPage(line.iri)) }, line.name)),
      ...part.columns.map(([column]) => {
        const { amount, indirect } = part.cells.get(key(line.iri, column)) ?? { amount: 0, indirect: 0 };
        const title = indirect ? `${indirect} of another setting` : null;
        const shade = SHADES.filter((least) => amount >= least).length;
        const link = element("a", { href: cellAddress(line.iri, column), title }, amount ? String(amount) : "·");
        return element("td", { class: `s${shade}` }, link);
      }),
      totals && element("td", { class: "total" }, String(totals.rows.get(line.iri) ?? "…")),
    ),
  );
  const foot = totals && element(
    "tfoot", {},
    element(
      "tr", {}, element("th", { scope: "row" }, "Any of these rows"),
      ...part.columns.map(([iri]) => element("td", { class: "total" }, String(totals.columns.get(iri) ?? "…"))),
      element("td", { class: "total" }),
    ),
  );
  const table = element(
    "table", { class: "matrix" },
    element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...body), foot,
  );
  const legend = ["no study: a gap", ...SHADES.map((least, place) => {
    if (place + 1 === SHADES.length) return `${least} or more`;
    const last = SHADES[place + 1] - 1;
    return last === least ? `${least}` : `${least} to ${last}`;
  })].map((words, place) =>
    element("li", {}, element("span", { class: `s${place}`, "aria-hidden": "true" }), words));
  return [
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, table),
    element("ul", { class: "legend", "aria-label": "Shades" }, ...legend),
  ];
}
