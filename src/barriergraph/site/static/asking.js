/**
 * The forms of stored queries, answered in the browser where no server does.
 * @module
 */
import { parse, toCsv } from "./answers.js";
import { bind } from "./binding.js";
import { count, download, element } from "./dom.js";
import { catalogue, isServed } from "./door.js";
import { ask, prepare } from "./engine.js";
import { behind, draw as drawMatrix, leading, matrix } from "./matrix.js";
import { draw as drawTable } from "./table.js";

/** @typedef {import("./answers.js").Table} Table */
/** @typedef {import("./door.js").StoredQuery} StoredQuery */
/** @typedef {import("./door.js").Catalogue} Catalogue */
/** @typedef {import("./matrix.js").Matrix} Matrix */
/** @typedef {[string, string][]} Given */

const EXTENT = "show";
const SKOS = "http://www.w3.org/2004/02/skos/core#";

/**
 * Answer a form where no server does, and what the page's address asks.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} section where the answer goes
 */
export async function takeOver(form, section) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await isServed()) return form.submit();
    const pairs = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
    const asked = pairs.filter(([name, value]) => value && !isDefault(form, name, value));
    history.pushState(null, "", `${location.pathname}${asked.length ? "?" : ""}${new URLSearchParams(asked)}`);
    await answer(form, section);
  });
  const asks = [...new URLSearchParams(location.search).values()].some(Boolean);
  if (asks && !(await isServed())) await answer(form, section);
  addEventListener("popstate", () => {
    if (location.search) answer(form, section);
    else location.reload();
  });
}

/**
 * Tell whether a field holds what it held when the page was made, so that it need not be said.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
function isDefault(form, name, value) {
  const field = form.elements.namedItem(name);
  return field instanceof HTMLInputElement && field.defaultValue === value;
}

let turn = 0;

/**
 * Answer what the page's address asks.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} section
 */
async function answer(form, section) {
  const mine = (turn += 1);
  const told = status(section);
  told.textContent = "Answering in your browser…";
  section.setAttribute("aria-busy", "true");
  try {
    prepare();
    const shelf = await catalogue();
    const query = shelf.queries.find(({ name }) => name === form.dataset.query);
    if (!query) throw new Error(`there is no query '${form.dataset.query}'`);
    const pairs = [...new URLSearchParams(location.search)].filter(([, value]) => value);
    const given = pairs.filter(([name]) => name !== EXTENT);
    fill(form, given);
    const table = await run(query, grouped(given), shelf);
    if (mine !== turn) return;
    const isMap = query.view.kind === "matrix";
    const drawn = isMap
      ? await asMap(query, table, pairs, shelf, section)
      : asTable(query, table, given, shelf);
    if (mine !== turn) return;
    section.replaceChildren(...drawn.parts);
    told.textContent = drawn.words;
    state(section, given);
    takeAway(query, table, given);
  } catch (error) {
    if (mine !== turn) return;
    section.replaceChildren();
    told.textContent = `This cannot be answered: ${error instanceof Error ? error.message : error}`;
  } finally {
    if (mine === turn) section.removeAttribute("aria-busy");
  }
}

/**
 * @param {StoredQuery} query
 * @param {Record<string, string[]>} values
 * @param {Catalogue} shelf
 * @returns {Promise<Table>}
 */
const run = async (query, values, { prefixes }) =>
  parse((await ask(bind(query, values, prefixes))).text);

/** @param {Given} given @returns {Record<string, string[]>} */
function grouped(given) {
  /** @type {Record<string, string[]>} */
  const values = {};
  for (const [name, value] of given) (values[name] ??= []).push(value);
  return values;
}

/**
 * @param {StoredQuery} query
 * @param {Table} table
 * @param {Given} given
 * @param {Catalogue} shelf
 */
function asTable(query, table, given, { prefixes, queries }) {
  const words = count(table.rows.length, "row");
  if (!table.rows.length) {
    const said = "Nothing in the graph answers this. That says what is recorded, not what is the case.";
    return { words, parts: [element("p", {}, said)] };
  }
  const other = queries.find(({ name }) => name === query.behind?.query);
  const parts = drawTable(table, { caption: query.title, prefixes, query, other, given });
  return { words, parts };
}

/**
 * @param {StoredQuery} query
 * @param {Table} table
 * @param {Given} pairs
 * @param {Catalogue} shelf
 * @param {HTMLElement} section
 */
async function asMap(query, table, pairs, shelf, section) {
  const mine = turn;
  const { view } = query;
  const given = pairs.filter(([name]) => name !== EXTENT);
  const whole = matrix(query, table, shelf.prefixes);
  const onMap = section.dataset.matrix !== undefined;
  const everything = !onMap || pairs.some(([name, value]) =>
    (name === EXTENT && value === "all") || ["within", view.rows, view.columns].includes(name));
  const part = everything ? whole : leading(whole, await wide(whole));
  const other = shelf.queries.find(({ name }) => name === query.behind?.query);
  const [rows, columns, cell] = [view.rows, view.columns, view.cell].map(
    (role) => query.columns[`${role}Label`] ?? query.columns[role],
  );
  const caption = onMap ? `${cell}, by ${rows.toLowerCase()} and ${columns.toLowerCase()}` : cell;
  const size = `${count(part.rows.length, "row")} by ${count(part.columns.length, "column")}`;
  if (!onMap || !other) return { words: size, parts: drawMatrix(query, other, part, given, null, caption) };
  // The totals ask a query a column: the cells need not wait for them.
  const none = { rows: new Map(), columns: new Map() };
  if (mine === turn) section.replaceChildren(...drawMatrix(query, other, part, given, none, caption));
  const sums = await totals(query, other, part, given, shelf);
  if (mine === turn) extent(section, pairs, everything, part, whole);
  return { words: size, parts: drawMatrix(query, other, part, given, sums, caption) };
}

/** @param {string[]} iris */
const items = (iris) => iris.filter((iri) => /^https?:/.test(iri)).map((iri) => `<${iri}>`).join(" ");

/**
 * Return the columns that stand for narrower ones too.
 * @param {Matrix} whole
 */
async function wide({ columns }) {
  const { text } = await ask(
    `SELECT DISTINCT ?above { VALUES ?column { ${items(columns.map(([iri]) => iri))} } ?column <${SKOS}broader> ?above }`,
  );
  return new Set(parse(text).rows.map(([above]) => above?.value));
}

/**
 * Count the independent studies behind each row and each column, each once, as Python does.
 * @param {StoredQuery} query
 * @param {StoredQuery} other
 * @param {Matrix} part
 * @param {Given} given
 * @param {Catalogue} shelf
 */
async function totals(query, other, part, given, shelf) {
  const told = Object.entries(query.behind?.values ?? {});
  const named = (/** @type {string} */ role) => told.find(([, source]) => source === role)?.[0] ?? "";
  const [rowOf, columnOf] = [named(query.view.rows), named(query.view.columns)];
  const asked = behind(query, {}, given, other);
  /** @param {Record<string, string[]>} values */
  const studies = async (values) => {
    const { columns, rows } = await run(other, values, shelf);
    const [study, reported] = [columns.indexOf("study"), columns.indexOf("reported")];
    return rows.map((row) => [row[reported]?.value, row[study]?.value]);
  };
  const below = parse((await ask(
    `SELECT DISTINCT ?row ?below { VALUES ?row { ${items(part.rows.map(({ iri }) => iri))} } ?below <${SKOS}broader>* ?row }`,
  )).text).rows;
  /** @type {Map<string, Set<string>>} */
  const under = new Map(part.rows.map(({ iri }) => [iri, new Set([iri])]));
  for (const [row, one] of below) under.get(row?.value)?.add(one?.value);
  const anything = new Set([...under.values()].flatMap((held) => [...held]));
  /** @param {string[][]} found @param {Set<string>} held */
  const amount = (found, held) =>
    new Set(found.filter(([reported]) => held.has(reported)).map(([, study]) => study)).size;
  const found = await studies(asked);
  const rows = new Map(part.rows.map(({ iri }) => [iri, amount(found, under.get(iri) ?? new Set())]));
  const columns = new Map();
  for (const [iri] of part.columns) {
    const values = { ...asked, [columnOf]: [iri] };
    delete values[rowOf];
    columns.set(iri, amount(await studies(values), anything));
  }
  return { rows, columns };
}

/** @param {HTMLElement} section @returns {HTMLElement} the line that says how it stands */
function status(section) {
  const there = document.getElementById("told");
  if (there) return there;
  // The whole table would be read out, were the section itself live.
  section.removeAttribute("aria-live");
  const made = element("p", { id: "told", role: "status" });
  section.before(made);
  return made;
}

/**
 * Have a form show what was asked.
 * @param {HTMLFormElement} form
 * @param {Given} given
 */
function fill(form, given) {
  const values = grouped(given);
  for (const field of form.elements) {
    if (field instanceof HTMLSelectElement) {
      for (const option of field.options) option.selected = values[field.name]?.includes(option.value) ?? false;
    } else if (field instanceof HTMLInputElement) {
      field.value = values[field.name]?.[0] ?? field.defaultValue;
    }
  }
}

/**
 * Say what the answer was narrowed to.
 * @param {HTMLElement} section
 * @param {Given} given
 */
function state(section, given) {
  document.querySelector("main > p.state")?.remove();
  const spelt = given.map(([name, value]) => `${name} = ${value}`);
  for (const cited of document.querySelectorAll("[data-given]")) {
    cited.textContent = given.length ? `, ${given.map((pair) => pair.join("=")).join(" ")}` : "";
  }
  if (!given.length) return;
  const away = element("a", { href: location.pathname }, "Take the filters away");
  const parts = spelt.flatMap((words, at) => [at ? ", " : "", element("b", {}, words)]);
  document.getElementById("told")?.before(
    element("p", { class: "state" }, "Narrowed to ", ...parts, ". ", away),
  );
}

/**
 * Say how much of a map is drawn.
 * @param {HTMLElement} section
 * @param {Given} pairs
 * @param {boolean} everything
 * @param {Matrix} part
 * @param {Matrix} whole
 */
function extent(section, pairs, everything, part, whole) {
  const line = section.nextElementSibling;
  if (!(line instanceof HTMLParagraphElement)) return;
  const given = pairs.filter(([name]) => name !== EXTENT);
  const to = (/** @type {Given} */ held) =>
    `${location.pathname}${held.length ? "?" : ""}${new URLSearchParams(held)}`;
  const counts = "A study counts in every column and row that it reports on, and once in each total.";
  if (everything) {
    const chosen = pairs.some(([name]) => name === EXTENT);
    line.replaceChildren(
      `${whole.rows.length} rows by ${whole.columns.length} columns. `,
      ...(chosen ? [element("a", { href: to(given) }, "The top rows and leading columns only"), ". "] : []),
      counts,
    );
    return;
  }
  line.replaceChildren(
    `The top ${part.rows.length} of ${whole.rows.length} rows and the leading ` +
      `${part.columns.length} of ${whole.columns.length} columns. `,
    element("a", { href: to([...given, [EXTENT, "all"]]) }, "All of them"), `. ${counts}`,
  );
}

/**
 * Let the answer be taken away: the files that lie there have another one.
 * @param {StoredQuery} query
 * @param {Table} table
 * @param {Given} given
 */
function takeAway(query, table, given) {
  if (!given.length) return;
  const name = [query.name, ...given.map(([, value]) => value)].join("-").replace(/[^\w-]+/g, "-");
  const csv = download(toCsv(table), "text/csv", `${name}.csv`, "CSV of this answer");
  csv.dataset.taken = "";
  const there = document.querySelector("a[data-taken]");
  if (there) return there.replaceWith(csv);
  const files = document.querySelector("[data-downloads], .downloads:has([data-drawing])");
  if (!files) return document.getElementById("told")?.after(element("p", { class: "downloads" }, csv));
  for (const link of [...files.querySelectorAll("a")]) {
    if (!link.pathname.endsWith(".html")) link.remove();
  }
  files.prepend(csv, " ");
}
