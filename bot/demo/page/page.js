// Shows what the server tells, and tells it what is pressed. Nothing is rebuilt that has not
// changed: whoever stands on a button with the keyboard stands on the one in its place afterwards.
"use strict";

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 62rem)");
const TOAST_FOR = 4000;
const JUST_TURNED = 250; // ms in which the second half of a double click was meant for the page before
const SWEEP_FOR = 700;
const LEAP = 90_000;
const STEPS = { hour: 3_600_000, day: 86_400_000 };
const MOMENT = { weekday: "long", hour: "2-digit", minute: "2-digit" };
const DAY = { weekday: "long", day: "numeric", month: "long" };
const SHORT_DAY = { weekday: "short", day: "numeric", month: "short" };
const NEXT = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
const SHORT_NEXT = { weekday: "short", hour: "2-digit", minute: "2-digit" };
const LRI = "\u2066";
const WORDS = /(https:\/\/t\.me\/\w+\?start=[\w-]+)|(?<![\w/])(\/(?:checkin|help|privacy|invite|summary|start)\b)/g;

let play = null; // its number; another one means that all begins anew
let clock = null;
let shownAt = 0; // the moment that the clock shows
let sweep = null;
let arrived = false; // whether a journey is over that was not told of yet
let goal = null; // what the clock was last sent to from here

// ------------------------------------------------------------------ talking to the server

async function ask(what, given) {
  try {
    const answer = await fetch(what, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(given),
    });
    if (answer.status === 422) trouble(await answer.text());
    else if (answer.status >= 500) trouble("This did not work. What went wrong stands in the terminal.");
    return answer.ok;
  } catch {
    return false; // the stream notices too, and says so
  }
}

function listen() {
  const events = new EventSource("events");
  events.onopen = () => trouble("");
  events.onmessage = (event) => show(JSON.parse(event.data));
  events.onerror = () => trouble("The demo has stopped. Start it again in the terminal: make demo");
}

function trouble(words) {
  const line = $("#trouble");
  line.textContent = words;
  line.hidden = !words;
}

// ------------------------------------------------------------------ showing

function show(picture) {
  const anew = picture.play !== play;
  document.body.classList.toggle("waiting", !picture.clock);
  if (!picture.clock) {
    clock = null;
    arrived = false;
    say("One moment: two people meet …");
    allow();
    return;
  }
  if (anew) {
    play = picture.play;
    say("");
    cast(picture.casting);
    for (const phone of Object.values(phones)) phone.empty();
  }
  const before = clock;
  clock = picture.clock;
  clock.ahead = clock.now - Date.now();
  $$("#steps li").forEach((step, at) => {
    if (at + 1 === picture.step) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  });
  for (const [name, phone] of Object.entries(phones)) phone.show(picture.phones[name], anew);
  tellNext();
  if (clock.moving_to) say(`… moving to ${spell(clock.moving_to, MOMENT)}`);
  if (!anew && before && before.journeys !== clock.journeys) arrived = true;
  if (!sweep && !anew && !calm.matches && Math.abs(clock.now - shownAt) > LEAP) sweepOn();
  if (!sweep) stand();
}

// The clock stands where it was sent to, and no hand moves any more.
function stand() {
  tick();
  if (arrived) arrive();
  allow();
}

function say(words, aside = "") {
  const line = $("#said");
  if (line.textContent === aside + words) return;
  line.replaceChildren(make("span", "sr", aside), words);
}

function arrive() {
  arrived = false;
  const names = Object.values(phones).filter((phone) => phone.news).map((phone) => phone.name);
  say(names.length ? `New for ${names.join(" and ")}` : "Nothing new", `It is ${spell(clock.now, MOMENT)}. `);
  if (goal === "check_in" && phones.client.news) turnTo("client");
  if (goal === "session" && phones.therapist.news) turnTo("therapist");
  goal = null;
}

// ------------------------------------------------------------------ the clock

function spell(moment, how) {
  return new Intl.DateTimeFormat("en-GB", { ...how, timeZone: clock.zone }).format(moment);
}

function tick() {
  if (!clock || sweep) return;
  face(Date.now() + clock.ahead);
}

function face(moment) {
  shownAt = moment;
  const day = spell(moment, narrow.matches ? SHORT_DAY : DAY);
  const time = spell(moment, { hour: "2-digit", minute: "2-digit" });
  if ($("#day").textContent !== day) $("#day").textContent = day;
  if ($("#time").textContent !== time) $("#time").textContent = time;
  if ($("#zone").textContent !== clock.zone) $("#zone").textContent = clock.zone;
}

function sweepOn() {
  const from = shownAt, since = performance.now();
  const step = (at) => {
    sweep = null;
    if (!clock) return;
    const done = Math.min((at - since) / SWEEP_FOR, 1);
    const to = Date.now() + clock.ahead;
    face(from + (to - from) * (1 - (1 - done) ** 3));
    if (done < 1) sweep = requestAnimationFrame(step);
    else stand();
  };
  sweep = requestAnimationFrame(step);
}

function tellNext() {
  for (const line of $$("[data-next]")) {
    const moment = clock.next[line.dataset.next];
    const words = moment ? spell(moment, narrow.matches ? SHORT_NEXT : NEXT) : "none planned";
    line.textContent = moment && line.dataset.next === "session" ? `summary ${words}` : words;
  }
}

function allow() {
  const free = clock && !clock.moving_to && !sweep;
  for (const button of $$(".jump")) {
    const there = !(button.dataset.goal in { check_in: 1, session: 1 }) || clock?.next[button.dataset.goal];
    button.setAttribute("aria-disabled", String(!(free && there)));
  }
}

for (const button of $$(".jump")) {
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    goal = button.dataset.goal;
    for (const phone of Object.values(phones)) phone.news = false;
    for (const other of $$(".jump")) other.setAttribute("aria-disabled", "true");
    say(`… moving to ${spell(clock.next[goal] ?? shownAt + STEPS[goal], MOMENT)}`);
    ask("travel", { goal }).then((ok) => ok || allow());
  });
}

setInterval(tick, 1000);
narrow.addEventListener("change", () => {
  if (!clock) return;
  tellNext();
  tick();
});

// ------------------------------------------------------------------ a phone

class Phone {
  constructor(role) {
    this.role = role;
    this.root = document.getElementById(role);
    this.chat = $(".chat", this.root);
    this.messages = new Map();
    this.name = "";
    this.dir = "";
    this.news = false;
    this.unseen = null;
    this.toast = null;
    for (const button of $$("[data-command]", this.root)) {
      button.addEventListener("click", () => this.write(button.dataset.command));
    }
    $(".write", this.root).addEventListener("submit", (event) => {
      event.preventDefault();
      const field = event.target.elements.text;
      if (field.value.trim()) this.write(field.value);
      field.value = "";
    });
    this.pinned = true; // whether the newest is in view, and shall stay there
    this.size = ""; // the chat's, when its place was last looked at; another one scrolls it by itself
    this.chat.addEventListener("scroll", () => this.size === this.measure() && this.look());
    new ResizeObserver(() => {
      this.size = this.measure();
      if (this.pinned) this.scroll();
    }).observe(this.chat);
    this.chat.addEventListener("click", (event) => this.press(event.target.closest("button"), event.detail > 1));
  }

  write(text) {
    ask("write", { phone: this.role, text });
  }

  press(button, again) {
    if (!button) return;
    const { data, message, command, link } = button.dataset;
    if (data && again && performance.now() - this.messages.get(Number(message)).turnedAt < JUST_TURNED) return;
    if (data) ask("tap", { phone: this.role, message: Number(message), data });
    else if (command) this.write(command);
    else if (link) { // as if the client scanned the picture or opened the link
      phones.client.write(`/start ${link}`);
      turnTo("client");
    }
  }

  empty() {
    this.chat.setAttribute("aria-live", "off");
    this.chat.replaceChildren();
    this.messages.clear();
    this.unseen = null;
  }

  show(told, anew) {
    this.name = told.name;
    for (const place of $$(`#${this.role}-name .name, [data-shows="${this.role}"] .name`)) {
      place.textContent = told.name;
      place.lang = told.language;
    }
    $(".screen", this.root).dir = this.dir = told.dir;
    this.chat.lang = $(".toast", this.root).lang = told.language;
    let changed = this.forget(new Set(told.messages.map((message) => message.id)));
    let date = "", fresh = null;
    const wanted = [];
    for (const message of told.messages) {
      if (message.date !== date) wanted.push(this.day(message));
      date = message.date;
      let card = this.messages.get(message.id);
      if (!card) {
        card = this.make(message, anew);
        this.messages.set(message.id, card);
        fresh ??= card;
      }
      changed = this.fill(card, message) || changed;
      wanted.push(card.root);
    }
    this.place(wanted);
    if (changed && (fresh || this.pinned)) this.scroll(anew ? null : fresh);
    if (changed && !anew) this.tellNews(fresh);
    this.pop(told.toast, anew);
    if (anew) requestAnimationFrame(() => this.chat.setAttribute("aria-live", "polite"));
  }

  scroll(card = null) {
    this.chat.scrollTop = this.resting(card?.root);
    this.look();
  }

  look() {
    this.pinned = this.chat.scrollTop > this.resting() - 60;
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

  make(message, anew) {
    const root = make("article", message.by_bot ? "message" : "message own");
    if (!anew) root.classList.add("fresh");
    root.append(make("span", "sr", message.by_bot ? "Attune:" : `${this.name}:`));
    const bubble = make("div", "bubble");
    if (message.photo) {
      const picture = make("img");
      picture.alt = "QR code of the invitation link";
      picture.src = `photo/${encodeURIComponent(message.photo)}`;
      picture.width = picture.height = 280;
      bubble.append(picture);
    }
    const text = make("div", "text");
    text.dir = message.by_bot ? this.dir : "auto"; // "auto" would look into isolates, and find a name
    const meta = make("div", "meta");
    if (message.protected) {
      const lock = make("span", "", "🔒");
      lock.title = "Cannot be forwarded or saved";
      lock.setAttribute("aria-hidden", "true");
      meta.append(lock);
    }
    meta.append(make("span", "", message.time));
    bubble.append(text, meta);
    const keys = make("div", "keys");
    root.append(bubble, keys);
    return { root, text, keys, said: null, rows: "", turnedAt: -Infinity };
  }

  fill(card, message) {
    const rows = JSON.stringify(message.rows);
    const changed = card.said !== message.text || card.rows !== rows;
    if (card.said !== message.text) card.text.replaceChildren(...linked(message.text, message.by_bot));
    if (card.rows !== rows) this.fillKeys(card, message);
    card.said = message.text;
    card.rows = rows;
    for (const button of $$("button", card.keys)) {
      if (button.dataset.data === message.spinning) button.dataset.spinning = "";
      else delete button.dataset.spinning;
    }
    return changed;
  }

  fillKeys(card, message) {
    card.root.classList.toggle("keyed", message.rows.length > 0);
    if (card.rows) card.turnedAt = performance.now();
    const old = $$("button", card.keys);
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
    card.keys.replaceChildren(...rows);
    if (focused < 0) return;
    if (buttons.length) buttons[Math.min(focused, buttons.length - 1)].focus({ preventScroll: true });
    else this.chat.focus({ preventScroll: true });
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

function make(kind, name = "", words = "") {
  const node = document.createElement(kind);
  if (name) node.className = name;
  if (words) node.textContent = words;
  return node;
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

const phones = { client: new Phone("client"), therapist: new Phone("therapist") };

// ------------------------------------------------------------------ one phone at a time

function turnTo(role) {
  document.body.dataset.showing = role;
  for (const tab of $$("[data-shows]")) {
    const here = tab.dataset.shows === role;
    tab.setAttribute("aria-pressed", String(here));
    if (here) $(".news", tab).hidden = true;
  }
  phones[role].appear();
}

for (const tab of $$("[data-shows]")) tab.addEventListener("click", () => turnTo(tab.dataset.shows));

// ------------------------------------------------------------------ who plays

const form = $("#casting");
let beginning = false;
const offered = JSON.parse(form.dataset.offered);

function cast(casting) {
  for (const [name, value] of Object.entries(casting)) form.elements[name].value = value;
  offer();
}

// Not every language has every age's words yet.
function offer() {
  const ready = offered[form.elements.band.value];
  for (const option of form.elements.language.options) option.disabled = !ready.includes(option.value);
  if (!ready.includes(form.elements.language.value)) form.elements.language.value = ready[0];
}

form.elements.band.addEventListener("change", offer);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (beginning) return;
  beginning = true;
  trouble("");
  unfold(false);
  ask("begin", Object.fromEntries(new FormData(form))).then((ok) => {
    beginning = false;
    if (!ok) say("");
  });
});

function unfold(wide) {
  $(".top").classList.toggle("unfolded", wide);
  $("#unfold").setAttribute("aria-expanded", String(wide));
}

$("#unfold").addEventListener("click", () => unfold(!$(".top").classList.contains("unfolded")));

turnTo("client");
listen();
