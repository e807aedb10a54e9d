// Shows what the server tells, and tells it what is pressed: the clock, who plays, and the phones.

import { $, $$, make, named } from "./making.js";
import { Phone } from "./phone.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 62rem)");
const SWEEP_FOR = 700;
const LEAP = 90_000;
const STEPS = { hour: 3_600_000, day: 86_400_000 };
const MOMENT = { weekday: "long", hour: "2-digit", minute: "2-digit" };
const DAY = { weekday: "long", day: "numeric", month: "long" };
const SHORT_DAY = { weekday: "short", day: "numeric", month: "short" };
const NEXT = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
const SHORT_NEXT = { weekday: "short", hour: "2-digit", minute: "2-digit" };

let play = null; // its number; another one means that all begins anew
let clock = null;
let shownAt = 0; // the moment that the clock shows
let sweep = null;
let arrived = false; // whether a journey is over that was not told of yet
let goal = null; // what the clock was last sent to from here
let alarming = ""; // what can be written to see who is called then
let family = false; // whether it has to be said whose turn it is

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
    say("One moment: they meet …");
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
  alarming = picture.alarming;
  family = picture.phones.client.of.length > 1;
  $$("#steps li").forEach((step, at) => {
    if (at + 1 === picture.step) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  });
  for (const [name, phone] of Object.entries(phones)) {
    if (picture.phones[name]) phone.show(picture.phones[name], anew);
  }
  tellNext();
  tellAlarm(picture.phones.client);
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
    const coming = clock.next[line.dataset.next];
    const words = coming ? spell(coming.at, narrow.matches ? SHORT_NEXT : NEXT) : "none planned";
    const what = coming && line.dataset.next === "session" ? `summary ${words}` : words;
    line.replaceChildren(...(coming && family ? [...named(coming.whose), ": "] : []), what);
  }
}

function tellAlarm({ language, dir }) {
  const words = $("#alarm bdi");
  if (alarming && words.textContent !== alarming) words.textContent = alarming;
  words.lang = language;
  words.dir = dir;
}

function allow() {
  $("#alarm").setAttribute("aria-disabled", String(!(clock && alarming)));
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
    say(`… moving to ${spell(clock.next[goal]?.at ?? shownAt + STEPS[goal], MOMENT)}`);
    ask("travel", { goal }).then((ok) => ok || allow());
  });
}

$("#alarm").addEventListener("click", ({ currentTarget }) => {
  if (currentTarget.getAttribute("aria-disabled") === "true") return;
  say(`Written on ${phones.client.name}’s phone`);
  phones.client.write(alarming);
  turnTo("client");
});

setInterval(tick, 1000);
narrow.addEventListener("change", () => {
  if (!clock) return;
  tellNext();
  tick();
});

// ------------------------------------------------------------------ the phones

const phones = Object.fromEntries($$(".phone").map(({ id }) => [id, new Phone(id, ask, open)]));

// As if the client scanned the picture or opened the link.
function open(link) {
  phones.client.write(`/start ${link}`);
  turnTo("client");
}

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
  const ready = offered[form.elements.who.value];
  for (const option of form.elements.language.options) option.disabled = !ready.includes(option.value);
  if (!ready.includes(form.elements.language.value)) form.elements.language.value = ready[0];
}

form.elements.who.addEventListener("change", offer);
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
