// One phone: its chat, where it is scrolled to, and what is done with it.

import { Card } from "./card.js";
import { $, $$, make, named } from "./making.js";
import { Menu } from "./menu.js";

const TOAST_FOR = 4000;
const JUST_TURNED = 250; // ms in which the second half of a double click was meant for the page before
const NEAR = 24; // px from the end that are as good as there

export class Phone {
  // `ask` tells the server; `open` is called with the secret of an invitation link that was pressed.
  constructor(role, ask, open) {
    this.role = role;
    this.ask = ask;
    this.open = open;
    this.root = document.getElementById(role);
    this.chat = $(".chat", this.root);
    this.messages = new Map();
    this.name = "";
    this.headed = "";
    this.dir = "";
    this.news = false;
    this.unseen = null;
    this.toast = null;
    this.menu = new Menu(this.root, (command) => this.write(command));
    $(".write", this.root).addEventListener("submit", (event) => {
      event.preventDefault();
      const field = event.target.elements.text;
      if (field.value.trim()) this.write(field.value);
      field.value = "";
    });
    this.down = $(".down", this.root); // as in Telegram's apps: there is more below, perhaps a button
    this.down.addEventListener("click", () => this.scrollToEnd());
    this.pinned = true; // whether the newest is in view, and shall stay there
    this.size = ""; // the chat's, when its place was last looked at; another one scrolls it by itself
    this.chat.addEventListener("scroll", () => this.size === this.measure() && this.look());
    new ResizeObserver(() => {
      this.size = this.measure();
      if (this.pinned) this.scroll();
      this.hint();
    }).observe(this.chat);
    this.chat.addEventListener("click", (event) => this.press(event.target.closest("button"), event.detail > 1));
  }

  write(text) {
    this.ask("write", { phone: this.role, text });
  }

  press(button, again) {
    if (!button) return;
    const { data, message, command, link } = button.dataset;
    if (data && again && performance.now() - this.messages.get(Number(message)).turnedAt < JUST_TURNED) return;
    if (data) this.ask("tap", { phone: this.role, message: Number(message), data });
    else if (command) this.write(command);
    else if (link) this.open(link);
  }

  empty() {
    this.chat.setAttribute("aria-live", "off");
    this.chat.replaceChildren();
    this.messages.clear();
    this.unseen = null;
  }

  show(told, anew) {
    this.name = told.name;
    this.menu.show(told.commands, told.language);
    this.head(told);
    $(".screen", this.root).dir = this.dir = told.dir;
    this.chat.lang = $(".toast", this.root).lang = told.language;
    let changed = this.forget(new Set(told.messages.map((message) => message.id)));
    let date = "", fresh = null, turned = null;
    const ended = this.left() < NEAR;
    const wanted = [];
    for (const message of told.messages) {
      if (message.date !== date) wanted.push(this.day(message));
      date = message.date;
      let card = this.messages.get(message.id);
      if (!card) {
        card = new Card(message, this, anew);
        this.messages.set(message.id, card);
        fresh ??= card;
      }
      const before = card.said;
      const foot = ended && card.root.offsetTop - this.chat.offsetTop < this.chat.scrollTop;
      if (card.fill(message)) {
        changed = true;
        // Whoever read on to the foot of a long card stays there, and so does what only grew longer.
        const low = foot || (before && message.text.startsWith(before));
        if (message.rows.length) turned = { card, low };
      }
      wanted.push(card.root);
    }
    this.place(wanted);
    if (anew) this.scroll();
    else if (fresh) this.scroll(fresh);
    else if (this.pinned && (turned ? turned.low : changed && ended)) this.scrollToEnd();
    else if (changed && this.pinned) this.scroll(turned?.card);
    this.hint();
    if (changed && !anew) this.tellNews(fresh);
    this.pop(told.toast, anew);
    if (anew) requestAnimationFrame(() => this.chat.setAttribute("aria-live", "polite"));
  }

  head({ name, role, of, language }) {
    const head = JSON.stringify([name, role, of]);
    if (head === this.headed) return;
    this.headed = head;
    const tab = $(`[data-shows="${this.role}"]`), title = $("h2", this.root);
    for (const place of [tab, title]) {
      $(".name", place).textContent = name;
      $(".name", place).lang = language;
    }
    $(".role", tab).textContent = `· ${role}`;
    $(".role", title).replaceChildren(`· ${role}`, ...(of.length ? [" of ", ...named(of, language)] : []));
  }

  scroll(card = null) {
    this.chat.scrollTop = this.resting(card?.root);
    this.look();
  }

  scrollToEnd() {
    this.chat.scrollTop = this.chat.scrollHeight;
    this.look();
  }

  look() {
    this.pinned = this.chat.scrollTop > this.resting() - 60;
    this.hint();
  }

  hint() {
    this.down.hidden = this.left() < NEAR;
  }

  left() {
    return this.chat.scrollHeight - this.chat.clientHeight - this.chat.scrollTop;
  }

  // At the end, but not past the top of what is new: a summary and a question are read from there.
  resting(newest = this.chat.lastElementChild) {
    const end = this.chat.scrollHeight - this.chat.clientHeight;
    return newest ? Math.min(end, newest.offsetTop - this.chat.offsetTop - 10) : end;
  }

  measure() {
    return `${this.chat.clientWidth} ${this.chat.clientHeight}`;
  }

  // On a narrow page a phone that was not shown could not be scrolled.
  appear() {
    this.scroll(this.unseen);
    this.unseen = null;
  }

  tellNews(fresh) {
    this.news = true;
    if (document.body.dataset.showing === this.role) return;
    this.unseen ??= fresh;
    $(`[data-shows="${this.role}"] .news`).hidden = false;
  }

  forget(present) {
    let changed = false;
    for (const [id, card] of this.messages) {
      if (present.has(id)) continue;
      if (card.root.contains(document.activeElement)) this.chat.focus();
      card.root.remove();
      this.messages.delete(id);
      changed = true;
    }
    return changed;
  }

  day(message) {
    const known = $(`[data-date="${message.date}"]`, this.chat);
    if (known) return known;
    const chip = make("p", "date", message.day);
    chip.dataset.date = message.date;
    chip.dir = "auto";
    return chip;
  }

  // Those that are there already keep their places, so nothing that has the focus is moved.
  place(wanted) {
    const keep = new Set(wanted);
    for (const node of [...this.chat.children]) if (!keep.has(node)) node.remove();
    wanted.forEach((node, at) => {
      if (this.chat.children[at] !== node) this.chat.insertBefore(node, this.chat.children[at] ?? null);
    });
  }

  pop(told, anew) {
    const toast = $(".toast", this.root);
    if (anew || !told || told.id === this.toast) {
      this.toast = told?.id ?? this.toast;
      return;
    }
    this.toast = told.id;
    if (!told.text) return;
    toast.textContent = told.text;
    toast.dir = "auto";
    toast.classList.add("up");
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => {
      toast.classList.remove("up");
      toast.textContent = "";
    }, TOAST_FOR);
  }
}
