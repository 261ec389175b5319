/**
 * The page of the SPARQL editor: stored queries, colours and completion, an answer, and a stop.
 * @module
 */
import { parse, toCsv } from "./answers.js";
import { count, download, element } from "./dom.js";
import { catalogue, isServed, json, root } from "./door.js";
import { ask, prepare, stop, Stopped } from "./engine.js";
import { draw } from "./table.js";
import { compact, subject } from "./terms.js";

const TABLE = "application/sparql-results+json";
const TURTLE = "text/turtle";

/** @typedef {import("./engine.js").Answer} Answer */

/**
 * Make the form of the page an editor.
 * @param {HTMLFormElement} form
 */
export async function start(form) {
  const field = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("query"));
  const stored = /** @type {HTMLSelectElement} */ (document.getElementById("stored"));
  const halt = /** @type {HTMLButtonElement} */ (form.querySelector("[data-stop]"));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button:not([type])"));
  const told = /** @type {HTMLElement} */ (document.getElementById("told"));
  const section = /** @type {HTMLElement} */ (document.getElementById("answer"));
  const parameters = new URLSearchParams(location.search);
  const vendor = form.dataset.vendor !== undefined;
  if (parameters.get("query")) field.value = parameters.get("query") ?? "";
  for (const hidden of form.querySelectorAll(".stored, [data-stop]")) hidden.removeAttribute("hidden");

  /** @type {any} */
  let editor = null;
  const text = () => (editor ? editor.getValue() : field.value);
  const write = (/** @type {string} */ query) => (editor ? editor.setValue(query) : (field.value = query));

  const choose = async (/** @type {string} */ name) => {
    const { queries } = await catalogue();
    const query = queries.find((one) => one.name === name);
    if (!query) throw new Error(`there is no stored query '${name}'`);
    stored.value = name;
    write(query.text);
    told.textContent = query.question;
  };
  const tell = (/** @type {unknown} */ error) =>
    (told.textContent = error instanceof Error ? error.message : String(error));
  stored.addEventListener("change", () => {
    if (!stored.value) return;
    history.replaceState(null, "", `?${new URLSearchParams({ stored: stored.value })}`);
    choose(stored.value).catch(tell);
  });

  /** @type {AbortController | null} */
  let running = null;
  const run = async () => {
    running?.abort();
    const mine = (running = new AbortController());
    halt.disabled = false;
    told.textContent = "Asking…";
    section.replaceChildren();
    const since = performance.now();
    try {
      const answer = (await isServed())
        ? await askServer(text(), mine.signal)
        : await askBrowser(text(), vendor, mine.signal);
      if (running !== mine) return;
      const seconds = ((performance.now() - since) / 1000).toFixed(2);
      const { words, parts } = await shown(answer, stored.value, text());
      told.textContent = `${words}, in ${seconds} s`;
      section.replaceChildren(...parts);
    } catch (error) {
      if (running !== mine) return;
      const halted = error instanceof Stopped || mine.signal.aborted;
      if (halted) told.textContent = "Stopped";
      else tell(error);
    } finally {
      if (running === mine) {
        running = null;
        halt.disabled = true;
        if (document.activeElement === halt) button.focus();
      }
    }
  };
  halt.addEventListener("click", () => running?.abort());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });

  if (vendor) {
    try {
      editor = await dress(field, run);
      for (const hidden of form.querySelectorAll(".keys")) hidden.removeAttribute("hidden");
    } catch {
      told.textContent = "The editor cannot be loaded; this is a plain field";
    }
  }
  const name = parameters.get("stored");
  if (name) await choose(name).catch(tell);
  form.dataset.ready = "";
}

/**
 * @param {string} query
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
async function askServer(query, signal) {
  const response = await fetch(new URL("sparql", root), {
    method: "POST",
    headers: { "Content-Type": "application/sparql-query", Accept: `${TABLE}, ${TURTLE};q=0.9` },
    body: query,
    signal,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(problem(text) ?? `the server answered ${response.status}`);
  if (!response.headers.get("Content-Type")?.startsWith(TABLE)) return { kind: "graph", text };
  return { kind: "boolean" in JSON.parse(text) ? "truth" : "table", text };
}

/** @param {string} text @returns {string | null} what the server says is wrong */
function problem(text) {
  try {
    const { detail, line } = JSON.parse(text);
    return line ? `Line ${line}: ${detail}` : detail;
  } catch {
    return null;
  }
}

/**
 * @param {string} query
 * @param {boolean} vendor
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
async function askBrowser(query, vendor, signal) {
  if (!vendor) throw new Error("this copy has no engine for browsers; ask a server");
  prepare();
  signal.addEventListener("abort", stop);
  try {
    return await ask(query);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/**
 * @param {Answer} answer
 * @param {string} name of a stored query, or nothing
 * @param {string} text that was asked
 */
async function shown({ kind, text: body }, name, text) {
  if (kind === "truth") return { words: JSON.parse(body).boolean ? "Yes" : "No", parts: [] };
  if (kind === "graph") {
    const link = download(body, TURTLE, "answer.ttl", "Turtle");
    const written = element("pre", { tabindex: "0", "aria-label": "The answer in Turtle" }, element("code", {}, body));
    return { words: "A graph", parts: [element("p", { class: "downloads" }, link), written] };
  }
  const table = parse(body);
  const { prefixes, queries } = await catalogue();
  const query = queries.find((one) => one.name === name && one.text.trim() === text.trim());
  const files = element(
    "p", { class: "downloads" },
    download(toCsv(table), "text/csv", `${name || "answer"}.csv`, "CSV"), " ",
    download(body, TABLE, `${name || "answer"}.json`, "JSON"),
  );
  const about = { caption: query?.title ?? "Answer", prefixes };
  // A stored query keeps its headings, and its numbers stay bare: this is a table.
  const drawn = draw(table, query ? { ...about, query: { ...query, view: { kind: "table" } } } : about);
  return { words: count(table.rows.length, "row"), parts: [files, ...drawn] };
}

/**
 * Put the editor in the place of a field.
 * @param {HTMLTextAreaElement} field
 * @param {() => void} run
 * @returns {Promise<any>}
 */
async function dress(field, run) {
  const vendor = new URL("static/vendor/", root);
  const style = element("link", { rel: "stylesheet", href: new URL("yasqe.css", vendor).href });
  document.querySelector("link[rel=stylesheet]")?.after(style);
  await script(new URL("yasqe.js", vendor).href);
  const Yasqe = /** @type {any} */ (window).Yasqe;
  // The editor's own completers ask other hosts.
  Yasqe.defaults.autocompleters = [];
  Yasqe.registerAutocompleter(await completer());
  const place = element("div");
  field.before(place);
  const editor = new Yasqe(place, {
    autocompleters: ["barriergraph"],
    collapsePrefixesOnLoad: false,
    consumeShareLink: null,
    createShareableLink: null,
    createShortLink: null,
    extraKeys: {
      "Ctrl-Enter": run,
      "Cmd-Enter": run,
      "Ctrl-Space": (/** @type {any} */ one) => one.autocomplete(),
      Esc: (/** @type {any} */ one) => one.getInputField().blur(),
    },
    persistenceId: null,
    prefixCcApi: null,
    resizeable: false,
    showQueryButton: false,
    value: field.value,
  });
  field.hidden = true;
  field.disabled = true;
  document.querySelector("label[for=query]")?.addEventListener("click", () => editor.focus());
  const input = editor.getInputField();
  input.setAttribute("aria-label", "Query");
  input.setAttribute("aria-multiline", "true");
  return editor;
}

/** @param {string} address @returns {Promise<unknown>} */
const script = (address) =>
  new Promise((resolve, reject) => {
    const made = element("script", { src: address });
    made.addEventListener("load", resolve);
    made.addEventListener("error", reject);
    document.head.append(made);
  });

/** Return what completes a word: our prefixes, classes, properties and things. */
async function completer() {
  const { prefixes } = await catalogue();
  /** @type {Promise<string[]> | undefined} */
  let words;
  const all = () =>
    (words ??= json("search.json").then(({ entries }) =>
      entries.flatMap((/** @type {any[]} */ entry) => {
        const iri = subject(entry[2]);
        return iri === null ? [] : [compact(iri, prefixes)];
      }),
    ));
  return {
    name: "barriergraph",
    bulk: false,
    autoShow: false,
    isValidCompletionPosition: (/** @type {any} */ yasqe) => yasqe.getCompleteToken().type !== "comment",
    get: async (/** @type {any} */ _yasqe, /** @type {any} */ token) => {
      const typed = token?.string?.trim() ?? "";
      if (!typed || /^[?$"'<]/.test(typed)) return [];
      const small = typed.toLowerCase();
      const names = Object.keys(prefixes);
      const spaces = names.filter((name) => name.startsWith(small)).map((name) => `${name}:`);
      const [start, local] = small.includes(":") ? small.split(":") : ["", small];
      const found = (await all()).filter((word) => {
        const [prefix, rest] = word.split(":");
        const fits = rest.toLowerCase().includes(local);
        return fits && (!start || prefix === start) && local.length + start.length > 1;
      });
      return [...spaces, ...found].slice(0, 200);
    },
  };
}
