/**
 * A drawing as a picture: SVG through a canvas.
 * @module
 */
import { element } from "./dom.js";

/** Dots of the picture for each of the drawing. */
const SCALE = 2;

/**
 * Put a link to the same as PNG beside each link to a drawing.
 * @param {Iterable<HTMLAnchorElement>} links
 */
export function offerPictures(links) {
  for (const link of links) {
    const other = element("a", { href: link.href, download: "map.png" }, "PNG");
    other.addEventListener("click", (event) => {
      event.preventDefault();
      save(link.href).catch((error) => other.replaceChildren(`PNG: ${error.message}`));
    });
    link.after(" ", other);
  }
}

/** @param {string} address of a drawing */
async function save(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the drawing cannot be had (${response.status})`);
  const picture = await paint(await response.text());
  const name = new URL(address).pathname.split("/").at(-1)?.replace(/\.svg$/, ".png") ?? "map.png";
  const url = URL.createObjectURL(picture);
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @param {string} svg @returns {Promise<Blob>} */
async function paint(svg) {
  const image = new Image();
  // A data address, for the policy of pages lets no other picture in.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * SCALE;
  canvas.height = image.height * SCALE;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser cannot draw it");
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large"))));
  });
}
