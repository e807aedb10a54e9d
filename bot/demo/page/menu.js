// What the bot can be told, behind one button, as in Telegram's apps.

import { $, make } from "./making.js";

export class Menu {
  constructor(phone, choose) {
    this.choose = choose;
    this.button = $(".menu", phone);
    this.list = $(".commands", phone);
    this.told = "";
    this.button.addEventListener("click", () => this.open(this.list.hidden));
    this.list.addEventListener("click", (event) => {
      const chosen = event.target.closest("button");
      if (!chosen) return;
      this.open(false);
      this.button.focus();
      this.choose(chosen.dataset.command);
    });
    phone.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.list.hidden) return;
      this.open(false);
      this.button.focus();
    });
    for (const elsewhere of ["focusin", "pointerdown"]) {
      document.addEventListener(elsewhere, ({ target }) => {
        if (!this.button.contains(target) && !this.list.contains(target)) this.open(false);
      });
    }
  }

  open(wide) {
    this.list.hidden = !wide;
    this.button.setAttribute("aria-expanded", String(wide));
    if (!wide) return;
    this.list.scrollTop = 0;
    $("button", this.list)?.focus();
  }

  show(commands, language) {
    const told = JSON.stringify(commands);
    if (told === this.told) return;
    this.told = told;
    this.list.lang = language;
    this.list.replaceChildren(...commands.map(({ command, description }) => {
      const button = make("button");
      button.type = "button";
      button.dataset.command = `/${command}`;
      const name = make("span", "", `/${command}`);
      name.dir = "ltr";
      const meaning = make("span", "", description);
      meaning.dir = "auto";
      button.append(name, " ", meaning);
      return button;
    }));
    this.button.hidden = !commands.length;
  }
}
