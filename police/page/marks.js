// Marks on the school's plan, in words: the newest first, and putting one by naming a room.

import { arrange, make, now, say } from "./elements.js";
import { agoOf, fillChoices, isStale, personOf } from "./sights.js";
import { askWho, onWho, whose } from "./who.js";

let made = 0; // each incident has a list of rooms of its own

export function makeMarks() {
  const what = make("select");
  const when = make("select");
  fillChoices(what, when);
  const room = make("input");
  const rooms = make("datalist");
  rooms.id = `rooms-${made += 1}`;
  room.setAttribute("list", rooms.id);
  Object.assign(room, { name: "room", maxLength: 80, autocomplete: "off" });
  Object.assign(what, { name: "what" });
  Object.assign(when, { name: "when" });
  const note = make("input");
  Object.assign(note, { name: "note", maxLength: 100, autocomplete: "off" });
  const form = make("form", "", make("label", "", "What", what), make("label", "", "Room or place", room), rooms,
    make("label", "", "When", when), make("label", "words", "Note", note), make("button", "", "Mark it for the school"));
  form.noValidate = true;
  const details = make("details", "put", make("summary", "", "Somebody told you where the threat is?"), form);
  const outcome = make("p", "told");
  outcome.setAttribute("role", "status");
  const section = make("section", "marks", make("h3"), make("ol"), details, outcome);
  form.addEventListener("submit", (event) => { event.preventDefault(); put(section, form); });
  return section;
}

export function showMarks(section, incident, over) {
  const [title, list, details] = section.children;
  Object.assign(section, { incident, over });
  section.hidden = over && !incident.marks.length;
  details.hidden = over || !whose.answers;
  say(title, incident.marks.length ? "Where the threat was seen, newest first" : "Where the threat was seen: nobody has said yet");
  const names = incident.rooms.map(({ room }) => room).filter(Boolean);
  arrange(section.querySelector("datalist"), names, (name) => name, (name) => new Option(name, name));
  arrange(list, incident.marks, (mark) => mark.id, (mark) => makeMark(section, mark), (item, mark) => {
    item.mark = mark;
    item.lastChild.hidden = over || !whose.answers || mark.known !== "receiver";
    say(item.querySelector(".pending"), mark.pending ? "The school has not taken this yet" : "");
  });
  tickMarks(section);
}

/** Say how long ago each was seen. */
export function tickMarks(section) {
  for (const item of section.querySelectorAll("li")) {
    item.classList.toggle("stale", isStale(item.mark));
    say(item.querySelector(".ago"), agoOf(item.mark));
  }
}

function makeMark(section, mark) {
  const button = make("button", "", "Take back");
  button.type = "button";
  button.setAttribute("aria-label", `Take back: ${mark.sentence}`);
  button.addEventListener("click", () => tell(section, "take-back", { id: mark.id }, ""));
  return make("li", "", make("p", "", make("b", "", mark.sentence), make("span", "ago"), make("span", "by", personOf(mark)),
    make("span", "pending"), mark.note ? make("span", "note", mark.note) : null), button);
}

onWho(() => {
  for (const section of document.querySelectorAll(".incident .marks")) showMarks(section, section.incident, section.over);
});

async function put(section, form) {
  const { what, room, when, note } = form.elements;
  if (!room.value.trim()) {
    say(section.lastChild, "Say in which room, or where, it was.");
    return room.focus();
  }
  const seen = new Date(now() - 1000 * Number(when.value)).toISOString();
  const mark = { what: what.value, room: room.value.trim(), seen_at: seen };
  if (await tell(section, "mark", mark, note.value)) {
    room.value = note.value = "";
    when.value = "0";
  }
}

/** Leave it at the receiver; true if it is on its way to the school. */
async function tell(section, what, mark, text) {
  const outcome = section.lastChild;
  const name = section.closest(".incident").querySelector(".answer input[name=name]");
  if (!whose.name && !name.value.trim()) {
    say(outcome, "Give your name first.");
    name.focus();
    return false;
  }
  localStorage.setItem("name", name.value);
  say(outcome, "Sending …");
  const { sender, incident, alerts, presses } = section.incident;
  const seen = alerts.map((id, place) => ({ id, presses: presses[place] }));
  const body = JSON.stringify({ sender, incident, alerts: seen, what, name: name.value, text, mark });
  try {
    const headers = { "content-type": "application/json" };
    const taken = await fetch("/answers", { method: "POST", headers, body, signal: AbortSignal.timeout(8000) });
    if (taken.status === 401) askWho();
    if (!taken.ok) throw new Error((await taken.text()).trim());
    say(outcome, "The school is told");
    return true;
  } catch (error) {
    const reason = error instanceof TypeError || error.name === "TimeoutError" ? "the receiver does not answer" : error.message;
    say(outcome, `Not sent: ${reason}`);
    return false;
  }
}
