/**
 * Which door the page came through: a server that answers, or files that only lie there.
 * @module
 */

/** The site's root, as an absolute address that ends in a slash. */
export const root = new URL(document.documentElement.dataset.root || "./", location.href);

/** @type {Promise<boolean> | undefined} */
let asked;

/**
 * Say whether a server answers queries here. It is asked once, and only when it matters.
 *
 * A published copy has a file of that name that says otherwise.
 * @returns {Promise<boolean>}
 */
export function isServed() {
  asked ??= fetch(new URL("health", root))
    .then((response) => (response.ok ? response.json() : null))
    .then((told) => told?.status === "ok")
    .catch(() => false);
  return asked;
}

/** @type {Map<string, Promise<any>>} */
const read = new Map();

/**
 * Return a JSON file of the site, fetched once.
 * @param {string} path below the root
 * @returns {Promise<any>}
 */
export function json(path) {
  let found = read.get(path);
  if (!found) {
    found = fetch(new URL(path, root)).then((response) => {
      if (!response.ok) throw new Error(`${path} cannot be had (${response.status})`);
      return response.json();
    });
    found.catch(() => read.delete(path));
    read.set(path, found);
  }
  return found;
}

/**
 * @typedef {object} Parameter
 * @property {string} name
 * @property {string} type
 * @property {string | null} datatype
 * @property {string | null} default
 * @property {[number, number]} slot where its items start and end in the text, in code points
 * @property {{value: string, iri?: string, label: string}[] | null} [values]
 *
 * @typedef {object} StoredQuery
 * @property {string} name
 * @property {string} title
 * @property {string} question
 * @property {string} text
 * @property {Record<string, string>} columns
 * @property {Record<string, string>} view
 * @property {{query: string, values: Record<string, string>} | null} behind
 * @property {Parameter[]} parameters
 *
 * @typedef {{prefixes: Record<string, string>, queries: StoredQuery[]}} Catalogue
 */

/**
 * Return the stored queries and the prefixes.
 * @returns {Promise<Catalogue>}
 */
export const catalogue = () => json("queries.json");
