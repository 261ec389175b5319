/**
 * The engine in the browser, as seen from a page: a worker that can be stopped.
 * @module
 */

/** @typedef {{kind: "table" | "truth" | "graph", text: string}} Answer */

/** A query that was stopped before it was answered. */
export class Stopped extends Error {}

/** @type {Worker | null} */
let worker = null;
let last = 0;
/** @type {Map<number, {resolve: (answer: Answer) => void, reject: (error: Error) => void}>} */
const waiting = new Map();

/** Start the engine, which reads the graph, unless it is there. */
export function prepare() {
  if (worker) return worker;
  worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data: { number, fault, kind, text } }) => {
    const one = waiting.get(number);
    waiting.delete(number);
    if (fault === undefined) one?.resolve({ kind, text });
    else one?.reject(new Error(fault));
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    end(new Error("the engine that answers in the browser cannot be started"));
  });
  return worker;
}

/**
 * Return the answer to a SPARQL query over the whole graph.
 * @param {string} query
 * @returns {Promise<Answer>}
 */
export function ask(query) {
  const engine = prepare();
  return new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, { resolve, reject });
    engine.postMessage({ number: last, query });
  });
}

/** Stop what is asked: a running query cannot be interrupted, so the worker ends with it. */
export const stop = () => end(new Stopped("stopped"));

/** @param {Error} error */
function end(error) {
  worker?.terminate();
  worker = null;
  const left = [...waiting.values()];
  waiting.clear();
  for (const { reject } of left) reject(error);
}
