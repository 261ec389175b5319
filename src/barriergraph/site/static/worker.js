/**
 * The engine, in a worker: the graph's dump in Oxigraph, and an answer for each message.
 *
 * A message is `{number, query}`; the answer has the same number and either `kind` ("table",
 * "truth" or "graph") and `text`, or `fault`.
 * @module
 */
import start, { Store } from "./vendor/oxigraph.js";

/** The form of a query is its first keyword outside of comments, strings and names. */
const FORM = new RegExp(
  [
    /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/,
    /<[^<>"{}|^`\\\s]*>|#[^\n]*/,
    /(?<![\w:?$-])(?<form>SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w-]*:)/,
  ]
    .map((part) => part.source)
    .join("|"),
  "gi",
);

/** Form -> what the answer is, and the format to have it in. */
const KINDS = {
  SELECT: ["table", "application/sparql-results+json"],
  ASK: ["truth", "application/sparql-results+json"],
  CONSTRUCT: ["graph", "text/turtle"],
  DESCRIBE: ["graph", "text/turtle"],
};

/** @param {string} query */
function formOf(query) {
  for (const { groups } of query.matchAll(FORM)) {
    if (groups?.form) return groups.form.toUpperCase();
  }
  return "SELECT"; // the engine says what is wrong
}

/** @returns {Promise<Uint8Array>} */
async function dump() {
  const response = await fetch(new URL("../dumps/barriergraph.nq.gz", import.meta.url));
  if (!response.ok) throw new Error(`the dump of the graph cannot be had (${response.status})`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  // Some hosts say that the file is a compressed page, and then the browser has unpacked it.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}

const ready = (async () => {
  const engine = start({ module_or_path: new URL("./vendor/oxigraph.wasm", import.meta.url) });
  const [bytes] = await Promise.all([dump(), engine]);
  const store = new Store();
  store.load(bytes, { format: "application/n-quads", lenient: true, no_transaction: true });
  return store;
})();
ready.catch(() => {}); // each message is told

self.addEventListener("message", async ({ data: { number, query } }) => {
  try {
    const store = await ready;
    const [kind, results_format] = KINDS[formOf(query)];
    const text = store.query(query, { use_default_graph_as_union: true, results_format });
    self.postMessage({ number, kind, text });
  } catch (error) {
    self.postMessage({ number, fault: error instanceof Error ? error.message : String(error) });
  }
});
