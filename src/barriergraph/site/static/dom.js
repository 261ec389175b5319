/**
 * Elements from code. Text is always text: nothing here reads markup.
 * @module
 */

/**
 * Return a new element.
 * @param {string} tag
 * @param {Record<string, string | boolean | null | undefined>} [attributes] true is an attribute
 *   without a value; false and null are none
 * @param {...(Node | string | null)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * Return a link to a text as a file.
 * @param {string} text
 * @param {string} type its media type
 * @param {string} name of the file
 * @param {string} words of the link
 * @returns {HTMLElement}
 */
export function download(text, type, name, words) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  return element("a", { href: address, download: name }, words);
}

/**
 * Return an amount with its noun: "no rows", "1 row", "8,568 rows".
 * @param {number} amount
 * @param {string} noun
 * @returns {string}
 */
export function count(amount, noun) {
  const digits = amount ? amount.toLocaleString("en") : "no";
  return `${digits} ${noun}${amount === 1 ? "" : "s"}`;
}
