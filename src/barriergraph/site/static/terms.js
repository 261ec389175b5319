/**
 * IRIs, CURIEs and the addresses of pages.
 * @module
 */
import { root } from "./door.js";

const BASE = "https://w3id.org/barriergraph/";

/**
 * Return the CURIE of an IRI, or the IRI unchanged.
 * @param {string} iri
 * @param {Record<string, string>} prefixes
 * @returns {string}
 */
export function compact(iri, prefixes) {
  const cut = Math.max(iri.lastIndexOf("#"), iri.lastIndexOf("/")) + 1;
  const local = iri.slice(cut);
  if (!local) return iri;
  const namespace = iri.slice(0, cut);
  const prefix = Object.keys(prefixes).find((name) => prefixes[name] === namespace);
  return prefix === undefined ? iri : `${prefix}:${local}`;
}

/**
 * Return the IRI that a CURIE abbreviates, or null.
 * @param {string} curie
 * @param {Record<string, string>} prefixes
 * @returns {string | null}
 */
export function expand(curie, prefixes) {
  const colon = curie.indexOf(":");
  const namespace = colon < 0 ? undefined : prefixes[curie.slice(0, colon)];
  return namespace === undefined ? null : namespace + curie.slice(colon + 1);
}

/** Namespace -> the page that has a part for each of its terms. */
const PAGES = { "ontology#": "ontology", "shapes#": "shapes" };

/**
 * Return where a link to an IRI leads: our page about it, its own address, or nowhere.
 * @param {string} iri
 * @returns {string | null}
 */
export function address(iri) {
  const ours = iri.startsWith(BASE) ? iri.slice(BASE.length) : "";
  if (/^(?:id|graph)\/./.test(ours)) return page(encoded(ours));
  if (ours.startsWith("query/")) return page(`queries/${encoded(ours.slice("query/".length))}`);
  for (const [start, name] of Object.entries(PAGES)) {
    if (ours.startsWith(start)) return page(name, encoded(ours.slice(start.length)));
  }
  if (ours === "ontology" || ours === "shapes") return page(ours);
  // An IRI of another scheme, such as javascript:, would run when it is followed.
  return /^https?:\/\//i.test(iri) ? iri : null;
}

/**
 * Return the address of a page.
 * @param {string} path below the root, without its ending
 * @param {string} [part] of the page
 */
export const page = (path, part) =>
  new URL(`${path}.html${part ? `#${part}` : ""}`, root).href;

/** @param {string} text */
const encoded = (text) => encodeURI(text).replace(/[?#]/g, encodeURIComponent);

/**
 * Return the last part of an IRI.
 * @param {string} iri
 */
export const slug = (iri) => iri.slice(Math.max(iri.lastIndexOf("#"), iri.lastIndexOf("/")) + 1);

/**
 * Return the IRI that one of our pages is about, or null.
 * @param {string} path of the page below the root
 * @returns {string | null}
 */
export function subject(path) {
  if (/^id\/[^/]+\/.+\.html$/.test(path)) return BASE + decodeURI(path.slice(0, -".html".length));
  const term = /^(ontology|shapes)\.html#(.+)$/.exec(path);
  return term ? `${BASE}${term[1]}#${term[2]}` : null;
}
