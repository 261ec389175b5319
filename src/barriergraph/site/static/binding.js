/**
 * Stored queries with their parameters bound: values become terms, as in Python's `bind`.
 * @module
 */
import { expand } from "./terms.js";

/** @typedef {import("./door.js").StoredQuery} StoredQuery */
/** @typedef {import("./door.js").Parameter} Parameter */

const XSD = "http://www.w3.org/2001/XMLSchema#";

const IRI = /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]*$/i;

/** A value that a parameter does not take. */
export class ParameterError extends Error {}

/**
 * Return the query's text with the slot of each parameter given holding its terms.
 * @param {StoredQuery} query
 * @param {Record<string, string[]>} values slugs, CURIEs, IRIs or literals by parameter
 * @param {Record<string, string>} prefixes
 * @returns {string}
 */
export function bind(query, values, prefixes) {
  // Slots are counted in code points, as Python counts.
  const text = Array.from(query.text);
  const pieces = Object.entries(values)
    .filter(([, given]) => given.length)
    .map(([name, given]) => {
      const parameter = query.parameters.find((one) => one.name === name);
      if (!parameter) throw new ParameterError(`'${query.name}' has no parameter '${name}'`);
      const items = given.map((one) => term(parameter, one, prefixes)).join(" ");
      return { start: parameter.slot[0], end: parameter.slot[1], items };
    });
  for (const { start, end, items } of pieces.sort((one, other) => other.start - one.start)) {
    text.splice(start, end - start, ` ${items} `);
  }
  return text.join("");
}

/**
 * Return a value as SPARQL writes it.
 * @param {Parameter} parameter
 * @param {string} text
 * @param {Record<string, string>} prefixes
 * @returns {string}
 */
function term(parameter, text, prefixes) {
  if (parameter.datatype) return typed(parameter, parameter.datatype, text);
  const wanted = text.trim().replace(/^<(.*)>$/, "$1");
  const iri = expand(wanted, prefixes);
  // Too many to be told here: any IRI will do.
  if (parameter.values === null && IRI.test(iri ?? wanted)) return `<${iri ?? wanted}>`;
  const found = (parameter.values ?? []).find(
    (one) => one.value === wanted || (one.iri && (one.iri === wanted || one.iri === iri)),
  );
  if (!found) {
    const expected = parameter.values === null || parameter.values?.some((one) => one.iri)
      ? `a ${parameter.type}`
      : `one of ${(parameter.values ?? []).map((one) => one.value).join(", ")}`;
    throw new ParameterError(`'${parameter.name}' takes ${expected}, not '${text}'`);
  }
  return found.iri ? `<${found.iri}>` : quoted(found.value);
}

/**
 * @param {Parameter} parameter
 * @param {string} datatype
 * @param {string} text
 */
function typed(parameter, datatype, text) {
  const name = datatype.slice(XSD.length);
  const [expected, form] = FORMS[name] ?? FORMS.string;
  const written = form(name === "string" ? text : text.trim());
  if (written === null || !text.trim()) {
    throw new ParameterError(`'${parameter.name}' takes ${expected}, not '${text}'`);
  }
  return name === "string" ? quoted(written) : `${quoted(written)}^^<${datatype}>`;
}

const ESCAPES = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f" };

/** @param {string} text */
const quoted = (text) => `"${text.replace(/[\\"\n\r\t\b\f]/g, (char) => ESCAPES[char])}"`;

/** @param {string} text */
function whole(text) {
  const found = /^([+-]?)0*(\d+)$/.exec(text);
  if (!found) return null;
  return found[1] === "-" && found[2] !== "0" ? `-${found[2]}` : found[2];
}

/** @param {number} least */
const atLeast = (least) => (/** @type {string} */ text) => {
  const number = whole(text);
  return number === null || number.startsWith("-") || (least && number === "0") ? null : number;
};

/** @param {string} text */
function decimal(text) {
  const found = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text);
  if (!found || !/\d/.test(text)) return null;
  const number = (found[2] || "0") + (found[3] ? `.${found[3]}` : "");
  return found[1] === "-" && number !== "0" ? `-${number}` : number;
}

/** @param {string} text */
const double = (text) =>
  /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|-?INF|NaN)$/.test(text) ? text : null;

/** @param {string} text */
function date(text) {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) ? text : null;
}

const TIME = /^T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/;
const NUMBER = "a whole number such as 2010";

/**
 * The datatypes -> what to type, and the canonical form of a text, or null when it has none.
 * @type {Record<string, [string, (text: string) => string | null]>}
 */
const FORMS = {
  anyURI: [
    "a web address such as https://example.org/",
    (text) => (/^[^\u0000-\u0020<>"{}|\\^`]+$/.test(text) ? text : null),
  ],
  boolean: [
    "true or false",
    (text) => ({ true: "true", 1: "true", false: "false", 0: "false" })[text] ?? null,
  ],
  date: ["a date such as 2010-01-31", date],
  dateTime: [
    "a time such as 2010-01-31T09:00:00Z",
    (text) => (date(text.slice(0, 10)) && TIME.test(text.slice(10)) ? text : null),
  ],
  decimal: ["a number such as 0.5", decimal],
  double: ["a number such as 0.5", double],
  float: ["a number such as 0.5", double],
  gYear: ["a year such as 2010", (text) => (/^\d{4}$/.test(text) ? text : null)],
  int: [NUMBER, whole],
  integer: [NUMBER, whole],
  long: [NUMBER, whole],
  nonNegativeInteger: ["a whole number from 0 on", atLeast(0)],
  positiveInteger: ["a whole number from 1 on", atLeast(1)],
  string: ["words", (text) => text],
};
