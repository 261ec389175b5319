/**
 * Answers as people see them: the columns to show, the words of a cell, and CSV.
 * @module
 */
import { compact } from "./terms.js";

/**
 * A term of SPARQL results in JSON.
 * @typedef {{type: string, value: any, datatype?: string, "xml:lang"?: string}} Term
 *
 * @typedef {object} Table
 * @property {string[]} columns
 * @property {(Term | undefined)[][]} rows
 *
 * @typedef {object} Column
 * @property {string} name
 * @property {string} heading
 * @property {string[]} texts
 * @property {(string | null)[]} links the IRI behind each text
 * @property {boolean} numeric
 */

const XSD = "http://www.w3.org/2001/XMLSchema#";
const WHOLE = new Set(
  [
    "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger",
    "negativeInteger", "nonPositiveInteger", "unsignedInt", "unsignedLong", "unsignedShort",
    "unsignedByte",
  ].map((name) => XSD + name),
);
const NUMBERS = new Set([...WHOLE, `${XSD}decimal`, `${XSD}double`, `${XSD}float`]);
const YES = { true: "yes", 1: "yes", false: "no", 0: "no" };

/**
 * Return the table that SPARQL results in JSON hold.
 * @param {string} text
 * @returns {Table}
 *
 * Source: https://www.w3.org/TR/sparql11-results-json/
 */
export function parse(text) {
  const { head, results } = JSON.parse(text);
  /** @type {string[]} */
  const columns = head.vars;
  return {
    columns,
    rows: results.bindings.map((/** @type {Record<string, Term>} */ row) =>
      columns.map((name) => row[name]),
    ),
  };
}

/**
 * Return the rows as CSV with CRLF line ends, as Python's `Table.to_csv` does.
 * @param {Table} table
 * @returns {string}
 */
export function toCsv({ columns, rows }) {
  const lines = rows.map((row) => row.map(csv).join(","));
  return [columns.join(","), ...lines, ""].join("\r\n");
}

/** @param {Term | undefined} term */
function csv(term) {
  if (!term) return "";
  const text = term.type === "bnode" ? `_:${term.value}` : written(term);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {Term} term */
const written = (term) =>
  term.type === "triple" ? `<<( ${Object.values(term.value).map(written).join(" ")} )>>` : term.value;

/**
 * Return the columns for people, in order: a column `<x>Label` takes the place of `<x>`.
 * @param {Table} table
 * @param {Record<string, string>} headings
 * @param {Record<string, string>} prefixes
 * @returns {Column[]}
 */
export function visible({ columns, rows }, headings, prefixes) {
  return columns.flatMap((name, place) => {
    const base = name.replace(/Label$/, "");
    if (base !== name && columns.includes(base)) return [];
    const label = columns.indexOf(`${name}Label`);
    const named = rows.map((row) => (label < 0 ? row[place] : row[label] ?? row[place]));
    const bound = named.filter((term) => term !== undefined);
    return [
      {
        name,
        heading: headings[name] ?? heading(name),
        texts: named.map((term) => shown(term, prefixes)),
        links: rows.map((row) => (row[place]?.type === "uri" ? row[place].value : null)),
        numeric: bound.length > 0 && bound.every((term) => number(term) !== null),
      },
    ];
  });
}

/**
 * Return words for a column that has no heading of its own.
 * @param {string} column
 * @returns {string}
 */
export function heading(column) {
  const name = column.replace(/Label$/, "") || column;
  const words = name.replace(/\p{Lu}/gu, (char) => ` ${char.toLowerCase()}`).replaceAll("_", " ").trim();
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/**
 * Return the number that a cell holds, or null for anything else.
 * @param {Term | undefined} term
 * @returns {number | null}
 */
export function number(term) {
  if (!NUMBERS.has(term?.datatype ?? "")) return null;
  const value = { INF: Infinity, "-INF": -Infinity }[term?.value] ?? Number(term?.value);
  return Number.isNaN(value) && term?.value !== "NaN" ? null : value;
}

/**
 * Return what people read: a CURIE, yes or no, a short number, or the text.
 * @param {Term | undefined} term
 * @param {Record<string, string>} prefixes
 * @returns {string}
 */
export function shown(term, prefixes) {
  if (!term) return "";
  if (term.type === "uri") return compact(term.value, prefixes);
  if (term.type !== "literal") return csv(term);
  if (term.datatype === `${XSD}boolean`) return YES[term.value] ?? term.value;
  const amount = number(term);
  if (amount === null || WHOLE.has(term.datatype ?? "") || !(Math.abs(amount) < 1e15)) {
    return term.value;
  }
  const text = rounded(amount).replace(/\.?0+$/, "");
  return (text === "0" || text === "-0") && amount !== 0 ? String(Number(amount.toPrecision(2))) : text;
}

/**
 * Return a number with two decimals; a half goes to the even one, as in Python.
 * @param {number} amount
 */
function rounded(amount) {
  const half = Math.abs(amount * 8) % 1 === 0 && (Math.abs(amount * 8) & 1) === 1;
  if (!half) return amount.toFixed(2);
  const below = Math.floor(amount * 100);
  return ((below % 2 === 0 ? below : below + 1) / 100).toFixed(2);
}
