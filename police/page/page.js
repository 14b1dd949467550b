// The live page: keeps itself true, and says plainly when it cannot.

import { isTaken } from "./answer.js";
import { isForced, isOver } from "./duress.js";
import { isLive, kindOf, makeIncident, placeOf, roomLetters, showIncident } from "./incident.js";
import { askBy, setWaiting } from "./sound.js";
import { tick } from "./ages.js";
import { tickMarks } from "./marks.js";
import { arrange, byId, count, dayAndTime, lengthOf, make, now, say, setClock } from "./elements.js";
import { askWho, whose } from "./who.js";
import { pressedSince } from "./presses.js";

const SILENCE = 9000; // three pulses missed: the connection is lost
const AGAIN = 2000;
const BREATH = 250; // a storm is drawn four times a second, its first alert at once
const MOST_SHOWN = 6; // incidents that are shown whole

const isWaiting = (incident) => isLive(incident) && !isTaken(incident);
const keyOf = (incident) => `${incident.sender}/${incident.incident}`;
const spoken = new Map(); // the presses of each room that were spoken
let source = null;
let heard = null; // when the receiver was last heard, by this browser's own steady clock
let heardAt = null; // the same by the receiver's clock, to be shown
let drawn = null; // false while the newest list could not be fetched
let wanted = false;
let busy = false;

function connect() {
  source?.close();
  source = new EventSource("/live");
  source.addEventListener("changed", (event) => { hear(event); refresh(); });
  source.addEventListener("pulse", (event) => { hear(event); if (drawn === false) refresh(); });
}

function hear(event) {
  heard = performance.now();
  heardAt = JSON.parse(event.data).now;
  setClock(heardAt);
  showLink();
}

async function refresh() {
  wanted = true;
  if (busy) return;
  busy = true;
  while (wanted) {
    wanted = false;
    try {
      const answer = await fetch("/incidents", { signal: AbortSignal.timeout(8000) });
      if (answer.status === 401 || answer.status === 403) await askWho();
      if (!answer.ok) throw new Error(answer.status);
      draw(await answer.json());
      drawn = true;
    } catch (error) {
      console.error(error);
      drawn = false;
    }
    showLink();
    await new Promise((resolve) => setTimeout(resolve, BREATH));
  }
  busy = false;
}

function draw(incidents) {
  const sorted = incidents.sort((a, b) => isOver(a) - isOver(b) || isLive(b) - isLive(a) || inTurn(a, b));
  const open = sorted.filter((incident) => !isOver(incident));
  const shown = open.slice(0, MOST_SHOWN);
  const rest = sorted.filter((incident) => !shown.includes(incident));
  arrange(byId("incidents"), shown, keyOf, makeIncident, showIncident);
  arrange(byId("earlier-incidents"), rest, keyOf, makeEarlier, showEarlier);
  byId("calm").hidden = open.length > 0;
  byId("earlier").hidden = rest.length === 0;
  announce(open.flatMap((incident) => incident.rooms.map((room) => ({ ...room, incident }))));
  const waits = open.some(isWaiting);
  setWaiting(waits);
  document.body.dataset.waits = waits;
  const live = open.find(isLive);
  document.title = live ? `${roomLetters(live.rooms[0])} – ${live.site.name} – ALERT` : "Tocsin";
}

/** Of what is open, who waits longest is on top; of the rest that which began last. */
function inTurn(a, b) {
  const [waits, other] = [a, b].map((incident) => !isOver(incident) && isWaiting(incident));
  if (waits !== other) return other - waits;
  return waits ? (pressedAt(a) < pressedAt(b) ? -1 : 1) : (a.received_at < b.received_at ? 1 : -1);
}

const pressedAt = ({ rooms, opened_at }) => rooms.map((room) => room.pressed_at ?? opened_at).sort()[0] ?? opened_at;

function makeEarlier() {
  return make("details", "", make("summary", "", make("b"), make("span")), makeIncident());
}

function showEarlier(details, incident) {
  const [name, words] = details.firstChild.children;
  say(name, incident.site.name || incident.site.id);
  const rooms = !incident.rooms.length ? "joined into another incident" : incident.rooms.length === 1 ? `room ${roomLetters(incident.rooms[0])}` : count(incident.rooms.length, "room");
  say(words, `${rooms} · ${dayAndTime(incident.opened_at)} · ${isLive(incident) ? "live" : incident.mode}${endOf(incident)}`);
  showIncident(details.lastChild, incident);
}

function endOf(incident) {
  if (isForced(incident)) return " · DURESS";
  if (!isOver(incident)) return "";
  return ` · closed${incident.was ? `: ${incident.was}` : ""}`;
}

function announce(rooms) {
  const fresh = pressedSince(spoken, rooms, ({ incident, building, floor, room }) => `${keyOf(incident)} ${building} ${floor} ${room}`);
  if (!fresh.length) return;
  const [room] = fresh;
  const { incident } = room;
  const more = fresh.length > 1 ? `, and ${count(fresh.length - 1, "more room")}` : "";
  const again = room.presses > 1 ? ` pressed again, ${count(room.presses, "press", "presses")}` : "";
  const doubt = room.verified ? "" : ", not verified";
  byId("said").textContent = `${kindOf(incident)}: room ${roomLetters(room)}${again}, ${placeOf(room)}, ${incident.site.name}${doubt}${more}`;
}

function showLink() {
  const silent = heard === null ? Infinity : performance.now() - heard;
  const lost = drawn !== null && (silent > SILENCE || drawn === false);
  const state = lost ? "lost" : drawn ? "up" : "waiting";
  if (document.body.dataset.link !== state) document.body.dataset.link = state;
  say(byId("link-words"), { lost: "Connection lost", up: "Live", waiting: "Connecting …" }[state]);
  const age = lengthOf(Math.max(1, Math.round(silent / 1000)));
  say(byId("lost-words"), lost ? "Connection lost. New alerts do not appear here." : "");
  say(byId("lost-age"), heardAt ? `What you see is ${age} old, from ${dayAndTime(heardAt)}. Trying again …` : "Trying again …");
  byId("lost").hidden = !lost || whose.out; // that is said by itself
}

byId("incidents").addEventListener("click", zoom);
byId("earlier-incidents").addEventListener("click", zoom);
function zoom(event) {
  const shot = event.target.closest(".shot");
  if (!shot) return;
  const [image, camera, taken] = shot.children;
  const dialog = byId("zoom");
  dialog.querySelector("img").src = image.src;
  dialog.querySelector("img").alt = image.alt;
  say(dialog.querySelector("p"), `${camera.textContent} · ${taken.textContent}`);
  dialog.showModal();
}

setInterval(() => {
  tick();
  document.querySelectorAll(".incident .marks").forEach(tickMarks);
  showLink();
  say(byId("clock"), new Date(now()).toLocaleTimeString(undefined, { hourCycle: "h23" }));
}, 1000);
setInterval(() => {
  const silent = heard === null || performance.now() - heard > SILENCE;
  if (source.readyState !== EventSource.CLOSED && !silent) return;
  askWho();
  connect();
}, AGAIN + SILENCE / 3);
addEventListener("online", connect);

askBy(byId("mute"));
connect();
refresh();
