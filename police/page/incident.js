// One incident as a dispatcher sees it: where, since when, which rooms, what the cameras saw.

import { isTaken, makeAnswer, showAnswer } from "./answer.js";
import { fromPress, setAge } from "./ages.js";
import { isForced, isOver, showDuress } from "./duress.js";
import { arrange, count, dayAndTime, make, mapOf, say, timeOf } from "./elements.js";
import { makeLive, showLive } from "./live.js";
import { makeMarks, showMarks } from "./marks.js";
import { patternOf, pressesOf, showTrail } from "./presses.js";

const MOST_ROOMS = 200;

export const isLive = (incident) => incident.mode === "live";

/** The big letters of a room. */
export const roomLetters = (room) => room.room || room.name || "?";

export function placeOf(room) {
  const floor = room.floor && (/^\D*$/.test(room.floor) && room.floor.length > 3 ? room.floor : `Floor ${room.floor}`);
  const letters = roomLetters(room);
  const name = room.name.toLowerCase() === `room ${letters}`.toLowerCase() ? "" : room.name;
  return [name === letters ? "" : name, floor, room.building].filter(Boolean).join(" · ");
}

/** Make the empty frame of an incident; `showIncident` fills it, as often as it changes. */
export function makeIncident() {
  const part = (name, tag = "div") => make(tag, name);
  const band = make("div", "band", part("mode", "p"), part("size", "p"), make("p", "since", make("b"), make("span")));
  const place = make("div", "place", part("school", "h2"), part("address", "p"), part("reach", "p"));
  const rooms = make("section", "rooms", make("h3"), part("trail", "ol"), part("tiles"), part("more", "p"));
  rooms.children[1].setAttribute("aria-label", "Where was pressed one after the other");
  rooms.children[2].tabIndex = 0;
  const pictures = make("section", "pictures", make("h3"), makeLive(), part("shots"), part("silent", "ul"));
  const answer = makeAnswer();
  const events = make("details", "events", make("summary"), make("ol"));
  events.lastChild.tabIndex = 0; // it scrolls, and somebody may have no mouse
  const foot = make("p", "foot");
  return make("article", "incident",
    band, place, part("duress", "p"), answer, makeMarks(), make("div", "halves", rooms, pictures), events, foot);
}

export function showIncident(article, incident) {
  const part = (name) => article.querySelector(`.${name}`);
  article.dataset.mode = isLive(incident) ? "live" : "drill";
  article.dataset.over = isOver(incident);
  article.setAttribute("aria-label", `${modeOf(incident)}, ${incident.site.name}`);
  say(part("mode"), modeOf(incident));
  say(part("size"), count(incident.rooms.length, "room"));
  say(part("since").firstChild, dayAndTime(incident.opened_at));
  setAge(part("since").lastChild, incident.opened_at);
  showPlace(part("place"), incident);
  showDuress(part("duress"), incident);
  article.dataset.taken = isTaken(incident);
  showAnswer(part("answer"), incident);
  showMarks(part("marks"), incident, isOver(incident));
  showRooms(part("rooms"), incident);
  showPictures(part("pictures"), incident);
  showEvents(part("events"), incident);
  say(part("foot"), footOf(incident));
}

const QUIET = { drill: "Drill", test: "Test" };

/** One word for what an incident is, as it is spoken. */
export const kindOf = (incident) => (isLive(incident) ? "Alert" : QUIET[incident.mode] ?? incident.mode);

function modeOf(incident) {
  const quiet = QUIET[incident.mode];
  const words = isLive(incident) ? "Live alert" : quiet ? `${quiet} – not an emergency` : incident.mode;
  if (isOver(incident) && !incident.rooms.length) return "Joined into another incident";
  const was = incident.was ? `: ${incident.was}` : "";
  if (incident.status !== "closed") return words;
  return isForced(incident) ? `${words} – closed under duress` : `${words} – closed${was}`;
}

function showPlace(place, { site, live_url }) {
  const [school, address, reach] = place.children;
  say(school, site.name || site.id);
  const { street, city, state, postcode, country } = site.address;
  say(address, [street, city, [state, postcode].filter(Boolean).join(" "), country].filter(Boolean).join(", ") || "No address in the report");
  const links = [];
  if (site.phone) links.push(["phone", `Call ${site.phone}`, `tel:${site.phone.replace(/[^+\d]/g, "")}`]);
  if (site.geo) links.push(["geo", `Map: ${site.geo.lat.toFixed(5)}, ${site.geo.lon.toFixed(5)}`, mapOf(site.geo)]);
  if (live_url) links.push(["live", "Live cameras", live_url]);
  arrange(reach, links, ([name]) => name, () => make("a"), (link, [name, words, to]) => {
    say(link, words);
    link.href = to;
    if (name !== "phone") Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
  });
}

function showRooms(section, incident) {
  const rooms = incident.rooms;
  const [title, trail, tiles, more] = section.children;
  showTrail(trail, incident.trail);
  say(title, rooms.length > 1 ? "Rooms, pressed last first" : "Room");
  section.dataset.size = rooms.length === 1 ? "one" : rooms.length <= 4 ? "few" : rooms.length <= 24 ? "some" : "many";
  const first = rooms.length > 1 ? rooms.reduce((a, b) => ((b.pressed_at ?? "~") < (a.pressed_at ?? "~") ? b : a)) : null;
  arrange(tiles, rooms.slice(0, MOST_ROOMS), (room) => JSON.stringify([room.building, room.floor, room.room]), makeRoom,
    (tile, room) => showRoom(tile, room, room === first));
  say(more, rooms.length > MOST_ROOMS ? `and ${count(rooms.length - MOST_ROOMS, "more room")}, pressed earlier` : "");
}

function makeRoom() {
  const pressed = make("p", "pressed", make("b"), make("span"));
  return make("div", "room new", make("p", "where"), make("p", "at"), pressed, make("p", "notes"), make("div", "doubts"));
}

function showRoom(tile, room, first) {
  const [where, at, pressed, notes, doubts] = tile.children;
  const letters = roomLetters(room);
  say(where, letters);
  tile.style.setProperty("--letters", Math.max(3, letters.length));
  say(at, placeOf(room));
  setAge(pressed.firstChild, room.last_at);
  say(pressed.lastChild, timeOf(room.last_at));
  say(notes, [first ? "First press" : "", pressesOf(room), patternOf(room),
    room.alerts > 1 ? count(room.alerts, "alert") : ""].filter(Boolean).join(" · "));
  tile.dataset.first = first;
  tile.dataset.verified = room.verified;
  const lines = room.verified && !room.doubts.length ? [] : [room.verified ? "In doubt" : "Not verified – treat as real", ...room.doubts];
  arrange(doubts, lines, (line) => line, () => make("p"), say);
}

function showPictures(section, incident) {
  const [title, live, shots, silent] = section.children;
  const { pictures, silent_cameras, pictures_dropped } = incident;
  section.hidden = !pictures.length && !silent_cameras.length && !pictures_dropped.length;
  say(title, pictures.length ? `${count(pictures.length, "picture")}, newest first` : "No picture yet");
  showLive(live, incident);
  arrange(shots, pictures, (shot) => `${shot.sha256} ${shot.camera}`, makeShot, showShot);
  const lines = [
    ...silent_cameras.map(({ camera, reason }) => [camera || "A camera", `gives no picture: ${reason || "no reason given"}`]),
    ...pictures_dropped.map((reason) => ["Picture lost", reason]),
  ];
  arrange(silent, lines, (line) => line.join("\n"), ([name, words]) => make("li", "", make("b", "", name), ` ${words}`), () => {});
}

function makeShot(shot) {
  const image = make("img");
  image.src = shot.url;
  image.decoding = "async";
  const button = make("button", "shot", image, make("span", "camera"), make("span", "taken"));
  button.type = "button";
  return button;
}

function showShot(button, shot) {
  const [image, camera, taken] = button.children;
  image.alt = `Camera ${shot.camera}, ${fromPress(shot.seconds_from_press)}`;
  say(camera, shot.camera);
  say(taken, `${fromPress(shot.seconds_from_press)} · ${timeOf(shot.taken_at)}${shot.room ? ` · room ${shot.room}` : ""}`);
}

function showEvents(details, incident) {
  const { events } = incident;
  details.hidden = !events.length;
  say(details.firstChild, `What happened (${events.length})`);
  const lines = events.map(({ at, what, sentence, by, side, text }) => [timeOf(at), `${sentence || what}${by ? ` (${by}${side === "school" ? ", at the school" : ""})` : ""}${text ? `: ${text}` : ""}`]).reverse();
  arrange(details.lastChild, lines, (line) => line.join("\n"), ([at, what]) => make("li", "", make("b", "", at), ` ${what}`), () => {});
}

function footOf(incident) {
  const late = incident.late ? ` · ${count(incident.late, "report")} came late` : "";
  return `First received ${dayAndTime(incident.received_at)} · newest ${timeOf(incident.newest_at)}`
    + `${late} · ${count(incident.alerts.length, "alert")} · from ${incident.sender} · incident ${incident.incident}`;
}
