// Marks on the plan: a list, the newest first, and putting one by a tap on a plan or by choosing a room.

import { arrange, byId, make, now, say } from "./elements.js";
import { seenAlerts, signature } from "./answer.js";
import { agoOf, fillChoices, isStale, personOf, spoken } from "./sights.js";
import { send } from "./send.js";

const TAPPED = "tapped"; // the choice of a room that stands for a place on a plan
const rights = new Set(document.body.dataset.rights.split(" "));
const account = document.body.dataset.account;
const announced = new Set();
let first = true; // what stood before this page was opened is not spoken
let spot = null; // the place that was tapped
let redraw = () => {};

/** Whether a mark is being put: then a tap on a plan is a place, and every floor is shown. */
export const isMarking = () => byId("marking")?.open && !byId("marking").hidden;

/** The place that was tapped, on that floor. */
export const tappedOn = (floor) => (isMarking() && spot?.building === floor.building && spot.floor === floor.floor ? spot : null);

export function startMarking(draw) {
  redraw = draw;
  const details = byId("marking");
  fillChoices(byId("sight"), byId("ago"));
  details.addEventListener("toggle", () => { spot = null; choose(); redraw(); });
  byId("floors").addEventListener("click", tap);
  byId("mark-room").addEventListener("change", (event) => { if (event.target.value !== TAPPED) { spot = null; redraw(); } });
  byId("mark").addEventListener("submit", (event) => { event.preventDefault(); put(); });
  byId("mark").querySelector("button").disabled = false;
}

export function showMarks(told) {
  byId("marking").hidden = !rights.has("mark") || !told.open;
  showRooms(told.floors);
  const marks = [...told.marks].reverse();
  arrange(byId("marks"), marks, (mark) => mark.id, makeMark, (item, mark) => {
    item.mark = mark;
    item.lastChild.hidden = !told.open || !mayTakeBack(mark);
    say(item.children[0], String(told.marks.indexOf(mark) + 1));
  });
  const more = told.marks_put - told.marks.length;
  say(byId("marks-more"), more > 0 ? `${more} more were taken back, or newer ones took their place` : "");
  for (const mark of told.marks) {
    if (!announced.has(mark.id) && !first) say(byId("said"), spoken(mark));
    announced.add(mark.id);
  }
  first = false;
  tickMarks();
}

/** Say how long ago each was seen. */
export function tickMarks() {
  for (const item of byId("marks").children) {
    item.classList.toggle("stale", isStale(item.mark));
    say(item.querySelector(".ago"), agoOf(item.mark));
  }
}

const mayTakeBack = (mark) => rights.has("take-back") || (rights.has("mark") && (account ? mark.known === "account" && mark.by === account : mark.known === "link"));

function makeMark(mark) {
  const button = make("button", "", "Take back");
  button.type = "button";
  button.setAttribute("aria-label", `Take back: ${mark.sentence}, by ${mark.by}`);
  button.addEventListener("click", () => act({ what: "take-back", mark: { id: mark.id } }, button));
  return make("li", "", make("i"), make("p", "", make("b", "", mark.sentence), make("span", "ago"),
    make("span", "by", personOf(mark)), mark.note ? make("span", "note", mark.note) : null), button);
}

/** Every room of the school, by its floor; what was chosen stays so. */
function showRooms(floors) {
  const select = byId("mark-room");
  const wanted = JSON.stringify(floors.map(({ building, floor, rooms }) => [building, floor, rooms.map(({ room }) => room)]));
  if (select.dataset.rooms === wanted) return;
  select.dataset.rooms = wanted;
  const chosen = select.value;
  const groups = floors.map(({ building, floor, rooms }) => {
    const group = make("optgroup", "", ...rooms.map(({ room, name }) => new Option(name === room || name === `Room ${room}` ? room : `${room}, ${name}`, room)));
    group.label = [building, floor && `Floor ${floor}`].filter(Boolean).join(" · ") || "Rooms";
    return group;
  });
  select.replaceChildren(new Option("Choose a room, or tap on the plan", ""), ...groups);
  select.value = chosen;
}

function tap(event) {
  const sheet = event.target.closest(".sheet");
  if (!isMarking() || !sheet) return;
  const { left, top } = sheet.getBoundingClientRect();
  const per = (at, from, size) => Math.min(Math.max((100 * (at - from)) / size, 0), 100);
  const { building, floor } = sheet.parentElement.place;
  spot = { building, floor, x: per(event.clientX, left + sheet.clientLeft, sheet.clientWidth), y: per(event.clientY, top + sheet.clientTop, sheet.clientHeight) };
  choose();
  redraw();
  byId("mark").querySelector("button").focus({ preventScroll: true });
}

/** Show in the list of rooms that a place was tapped, or that none was. */
function choose() {
  const select = byId("mark-room");
  select.querySelector(`[value=${TAPPED}]`)?.remove();
  if (spot) select.prepend(new Option(`Where I tapped${spot.floor ? `, floor ${spot.floor}` : ""}`, TAPPED));
  select.value = spot ? TAPPED : "";
}

function put() {
  const room = byId("mark-room").value;
  if (!spot && !room) return lack("Choose a room, or tap on the plan, where it was.", byId("mark-room"));
  const seen = new Date(now() - 1000 * Number(byId("ago").value)).toISOString();
  const mark = { what: byId("sight").value, ...(spot ?? { room }), seen_at: seen };
  act({ what: "mark", text: byId("mark-note").value, mark }, byId("mark").querySelector("button"), () => {
    spot = null;
    byId("mark-note").value = "";
    byId("ago").value = "0";
    choose();
    redraw();
  });
}

async function act(fields, button, then = () => {}) {
  const name = signature();
  if (name === null) return lack("Give your name first, in the part for answers.", byId("name"));
  button.disabled = true;
  outcome("Sending …", false);
  const problem = await send("mark", { ...fields, name, alerts: seenAlerts() });
  button.disabled = false;
  outcome(problem === null ? "Sent" : `Not sent: ${problem}. Try again.`, problem !== null);
  if (problem === null) then();
}

function lack(words, input) {
  outcome(words, true);
  input.focus();
}

function outcome(words, bad) {
  byId("marked").dataset.bad = bad;
  say(byId("marked"), words);
}
