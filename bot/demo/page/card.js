// A message with its buttons. What has not changed is not made again: whoever stands on a button with the
// keyboard stands on the one in its place afterwards.

import { $$, make } from "./making.js";

const LRI = "\u2066";
const WORDS = /(https:\/\/t\.me\/\w+\?start=[\w-]+)|(?<![\w/])(\/\w{1,32})/g;

export class Card {
  constructor(message, { name, dir }, anew) {
    const root = make("article", message.by_bot ? "message" : "message own");
    if (!anew) root.classList.add("fresh");
    root.append(make("span", "sr", message.by_bot ? "Attune:" : `${name}:`));
    const bubble = make("div", "bubble");
    if (message.photo) {
      const picture = make("img");
      picture.alt = "QR code of the invitation link";
      picture.src = `photo/${encodeURIComponent(message.photo)}`;
      picture.width = picture.height = 280;
      bubble.append(picture);
    }
    if (message.file) bubble.append(attached(message.file));
    const text = make("div", "text");
    text.dir = message.by_bot ? dir : "auto"; // "auto" would look into isolates, and find a name
    const meta = make("div", "meta");
    if (message.protected) meta.append(...sign("🔒", "Cannot be forwarded or saved"));
    if (message.silent) meta.append(...sign("🔕", "Came without a sound"));
    meta.append(make("span", "", message.time));
    bubble.append(text, meta);
    const keys = make("div", "keys");
    root.append(bubble, keys);
    this.root = root;
    this.text = text;
    this.keys = keys;
    this.said = null;
    this.rows = "";
    this.turnedAt = -Infinity;
  }

  // Whether anything is new.
  fill(message) {
    const rows = JSON.stringify(message.rows);
    const changed = this.said !== message.text || this.rows !== rows;
    if (this.said !== message.text) this.text.replaceChildren(...linked(message.text, message.by_bot));
    if (this.rows !== rows) this.fillKeys(message);
    this.said = message.text;
    this.rows = rows;
    for (const button of $$("button", this.keys)) {
      if (button.dataset.data === message.spinning) button.dataset.spinning = "";
      else delete button.dataset.spinning;
    }
    return changed;
  }

  fillKeys(message) {
    this.root.classList.toggle("keyed", message.rows.length > 0);
    if (this.rows) this.turnedAt = performance.now();
    const old = $$("button", this.keys);
    const focused = old.indexOf(document.activeElement);
    const buttons = [];
    const rows = message.rows.map((row) => {
      const line = make("div", "row");
      for (const key of row) {
        const button = make("button", "", key.text);
        button.type = "button";
        button.dir = "auto";
        button.dataset.data = key.data;
        button.dataset.message = message.id;
        buttons.push(button);
        line.append(button);
      }
      return line;
    });
    this.keys.replaceChildren(...rows);
    if (focused < 0) return;
    if (buttons.length) buttons[Math.min(focused, buttons.length - 1)].focus({ preventScroll: true });
    else this.root.closest(".chat").focus({ preventScroll: true });
  }
}

// A picture for some, and its words for others.
function sign(symbol, meaning) {
  const picture = make("span", "", symbol);
  picture.title = meaning;
  picture.setAttribute("aria-hidden", "true");
  return [picture, make("span", "sr", `${meaning}.`)];
}

// A document opens beside the page, where it can do nothing to it.
function attached({ id, name }) {
  const link = make("a", "file");
  link.href = `file/${encodeURIComponent(id)}`;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  const sheet = make("span", "", "📄");
  sheet.setAttribute("aria-hidden", "true");
  const words = make("span", "", name);
  words.dir = "auto"; // its own: an Arabic name in an English chat, and the other way round
  link.append(sheet, make("span", "sr", "File:"), words);
  return link;
}

// Commands and invitation links in the words can be pressed, as in Telegram's apps.
function linked(text, byBot) {
  if (!byBot) return [text];
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(WORDS)) {
    parts.push(text.slice(end, found.index));
    const button = make("button", "inline", found[0]);
    button.type = "button";
    if (found[1]) {
      button.dataset.link = found[1].split("start=")[1];
      button.title = "Open it on the client’s phone";
    } else button.dataset.command = found[2];
    if (text[found.index - 1] === LRI) button.dir = "ltr"; // a button is alone in its isolate
    parts.push(button);
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== "");
}
