// Finds and makes what the page is made of.

export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

// Names of people, each with its own direction, as English lists them.
export function named(names, language = "") {
  const parts = [];
  names.forEach((name, at) => {
    if (at) parts.push(at + 1 === names.length ? " and " : ", ");
    const word = make("bdi", "", name);
    word.lang = language;
    parts.push(word);
  });
  return parts;
}

export function make(kind, name = "", words = "") {
  const node = document.createElement(kind);
  if (name) node.className = name;
  if (words) node.textContent = words;
  return node;
}
