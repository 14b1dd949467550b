// One row for each room.  Each column is an entry of COLUMNS; on a narrow screen a row is a card.

import { byId, count, make, say, secondsSince } from "./elements.js";
import { plain } from "./troubles.js";

const REACHES = { yes: "Yes", no: "No", unknown: "Not known" };
const SPANS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
const PARTS = ["line", "link", "clock", "power", "program"];
const AS_EVERY_ROOM = [{ words: "as for every room now: see above", cure: "" }];
const SOON = 30; // days: a certificate that ends sooner should have been renewed

/** Head, words, and whether they are something to look at (`bad`) or nothing that anybody knows (`faint`). */
const COLUMNS = [
  { head: "Last proof", ...age("proven_at") },
  { head: "Button line", ...part("line") },
  { head: "Link", words: linkWords, bad: isWrong("link"), faint: (unit) => !unit.heard },
  { head: "Clock", ...part("clock") },
  { head: "Power", ...part("power") },
  { head: "Heat", words: ({ celsius }) => celsius === null ? "–" : `${Math.round(celsius)}\u00a0°C`, faint: ({ celsius }) => celsius === null },
  { head: "Program", words: programWords, bad: isWrong("program"), faint: ({ program }) => program === "unknown" },
  { head: "Certificate", words: ({ certificate_days: days }) => days === null ? "–" : days < 0 ? "ended" : `${days} d`,
    bad: ({ certificate_days: days }) => days !== null && days < SOON, faint: ({ certificate_days: days }) => days === null },
  { head: "Last press", ...age("pressed_at") },
  { head: "By mistake", words: mistakeWords, faint: ({ false_presses }) => !false_presses },
];

/** The unit of a room of which nothing is known now. */
export function unsure(unit) {
  const parts = Object.fromEntries(PARTS.map((name) => [name, "unknown"]));
  return { ...unit, ...parts, reach: "unknown", attention: true, why: [], heard: false, celsius: null };
}

export function showHeads() {
  const heads = ["Room", "A press now", ...COLUMNS.map(({ head }) => head)].map((head) => {
    const cell = make("th", "", head);
    cell.scope = "col";
    cell.setAttribute("role", "columnheader");
    return cell;
  });
  byId("heads").replaceChildren(...heads);
}

export function makeRoom() {
  const name = make("th", "room", make("b"), make("span", "small"));
  name.scope = "row";
  name.setAttribute("role", "rowheader");
  const reach = make("td", "reach", make("strong"), make("div", "why"));
  const row = make("tr", "", name, reach, ...COLUMNS.map(({ head }) => {
    const cell = make("td");
    cell.dataset.head = head;
    return cell;
  }));
  for (const cell of [reach, ...row.querySelectorAll("td")]) cell.setAttribute("role", "cell");
  row.setAttribute("role", "row");
  return row;
}

export function showRoom(row, unit) {
  const [name, reach, ...cells] = row.children;
  row.dataset.reach = unit.reach;
  say(name.firstElementChild, unit.name === unit.room || unit.name.includes(unit.room) ? unit.name : `${unit.name} (${unit.room})`);
  say(name.lastElementChild, [unit.building, unit.floor && `floor ${unit.floor}`, unit.unit ?? "no unit"].filter(Boolean).join(" · "));
  say(reach.firstElementChild, REACHES[unit.reach]);
  showWhy(reach.lastElementChild, unit.why.length || unit.reach === "yes" ? unit.why : AS_EVERY_ROOM);
  COLUMNS.forEach(({ words, bad, faint }, column) => {
    const cell = cells[column];
    say(cell, words(unit));
    cell.className = bad?.(unit) ? "bad" : faint?.(unit) ? "faint" : "";
  });
}

function showWhy(box, why) {
  const told = JSON.stringify(why);
  if ((box.dataset.told ?? "[]") === told) return;
  box.dataset.told = told;
  box.replaceChildren(...why.flatMap(({ words, cure }) => [make("p", "", words), make("p", "cure", plain(cure))]));
}

/** How long ago it was, in the largest unit. */
export function ageOf(moment) {
  const seconds = secondsSince(moment);
  const [size, word] = SPANS.find(([least]) => seconds >= least) ?? SPANS.at(-1);
  return `${Math.floor(seconds / size)}\u00a0${word} ago`;
}

function age(field) {
  return { words: (unit) => unit[field] ? ageOf(unit[field]) : "never", faint: (unit) => !unit[field] };
}

function part(name) {
  return { words: (unit) => unit[name], bad: isWrong(name), faint: (unit) => ["unknown", "not measured"].includes(unit[name]) };
}

function isWrong(name) {
  return (unit) => !["ok", "unknown", "not measured"].includes(unit[name]);
}

function linkWords({ heard, heard_at, link }) {
  if (heard) return link;
  return heard_at ? `heard ${ageOf(heard_at)}` : "not heard";
}

function programWords({ program, version }) {
  return [version, program === "ok" && version ? "" : program].filter(Boolean).join(": ");
}

function mistakeWords({ false_presses, false_alarms, false_per_1000_days: rate }) {
  if (!false_presses) return "none";
  const seen = `${count(false_presses, "press", "presses")} in ${count(false_alarms, "alarm")}`;
  return rate === null ? seen : `${rate.toFixed(1)} (${seen})`;
}
