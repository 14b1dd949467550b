// The page of one incident: keeps itself true, and says plainly when it cannot.

import { showAlerts, showOver, startAnswering } from "./answer.js";
import { showBeside } from "./beside.js";
import { showCameras, tickCameras } from "./cameras.js";
import { showFloors, tickFloors } from "./floors.js";
import { showMarks, startMarking, tickMarks } from "./marks.js";
import { showPictures } from "./pictures.js";
import { showTimeline } from "./timeline.js";
import { arrange, byId, count, dayAndTime, lengthOf, make, say, secondsSince, setClock } from "./elements.js";
import { patternOf, pressedSince, pressesOf, showTrail } from "./presses.js";
import { askBy, setWaiting } from "./sound.js";

const SILENCE = 5000; // two pulses missed: the connection is lost
const AGAIN = 2000;
const KINDS = { drill: "Drill", test: "Test" }; // all else is an emergency

const announced = new Map(); // the presses of each room that were spoken
// Who came by a live link knows of the alert; people of the school may have to be called.
const atSchool = document.body.dataset.account !== "";
let source = null;
let tried = -Infinity;
let heard = null; // when the school was last heard, by this device's own steady clock
let alive = true; // whether the gateway itself gives signs of life
let stores = true; // whether it can write down what happens, which is all that shows here
let newestAt = ""; // when the newest press was
let shown = null; // what the school told last
let ended = ""; // why the school shows nothing any more

function connect() {
  tried = performance.now();
  source?.close();
  source = new EventSource("news");
  source.addEventListener("pulse", (event) => hear(event));
  source.addEventListener("state", (event) => { hear(null); draw(JSON.parse(event.data)); });
  source.addEventListener("error", () => { if (source.readyState === EventSource.CLOSED) askWhy(); });
}

function hear(event) {
  heard = performance.now();
  ended = "";
  if (event) {
    const told = JSON.parse(event.data);
    setClock(told.now);
    ({ alive, stores } = told);
  }
  showLink();
}

async function askWhy() {
  try {
    const answer = await fetch("./", { signal: AbortSignal.timeout(4000) });
    ended = answer.ok ? "" : (await answer.text()).trim();
  } catch {
    ended = "";
  }
  showLink();
}

function draw(told) {
  document.body.dataset.open = told.open;
  document.body.dataset.mode = told.mode;
  const kind = KINDS[told.mode];
  say(byId("no-emergency"), kind ? `${kind} – not an emergency. Nobody outside was told of it.` : "");
  byId("no-emergency").hidden = !kind;
  say(byId("state"), told.joined ? "Joined" : [kind, told.open ? (kind ? "" : "Live alert") : "Closed"].filter(Boolean).join(", "));
  const newest = told.rooms[0];
  if (newest) {
    say(byId("newest"), newest.room);
    byId("newest").style.setProperty("--letters", Math.max(3, newest.room.length));
    say(byId("newest-at"), placeOf(newest));
    newestAt = newest.last_at;
    document.title = told.open ? `${newest.room} – ${kind ? kind.toLowerCase() : "alert"}` : "Closed";
  }
  showTrail(byId("trail"), told.trail);
  const many = told.rooms.length > 1 || newest?.presses > 1 ? told.rooms : [];
  arrange(byId("rooms"), many, keyOf, () => make("li", "", make("i"), make("b"), make("span")), (item, room) => {
    say(item.children[0], String(room.order));
    say(item.children[1], room.room);
    say(item.children[2], [pressesOf(room) || dayAndTime(room.last_at), patternOf(room)].filter(Boolean).join(" · "));
  });
  shown = told;
  showMarks(told);
  showFloors(told);
  showCameras(told);
  showPictures(told);
  showTimeline(told);
  showBeside(told);
  showOver(told.open && !told.joined);
  showAlerts(told.alerts);
  if (atSchool) setWaiting((kind ? told.beside : [told, ...told.beside]).some(isUnanswered));
  announce(told.rooms);
}

const isUnanswered = ({ open = true, joined = false, answer }) => open && !joined && answer === "none";

function placeOf(room) {
  const name = room.name === room.room || room.name === `Room ${room.room}` ? "" : room.name;
  return [name, room.floor && `Floor ${room.floor}`, room.building].filter(Boolean).join(" · ");
}

const keyOf = (room) => `${room.building} ${room.floor} ${room.room}`;

function announce(rooms) {
  const fresh = pressedSince(announced, rooms, keyOf);
  if (!fresh.length) return;
  const [room] = fresh;
  const more = fresh.length > 1 ? `, and ${count(fresh.length - 1, "more room")}` : "";
  const again = room.presses > 1 ? `, ${count(room.presses, "press", "presses")}` : "";
  say(byId("said"), `${again ? "Pressed again" : "Pressed"}: room ${room.room}, ${placeOf(room)}${again}${more}`);
}

function showLink() {
  const silent = heard === null ? Infinity : performance.now() - heard;
  const lost = ended !== "" || (heard !== null && silent > SILENCE);
  const state = lost ? "lost" : heard === null ? "waiting" : "up";
  if (document.body.dataset.link !== state) document.body.dataset.link = state;
  say(byId("link").lastElementChild, { lost: "Not live", up: "Live", waiting: "Connecting …" }[state]);
  const [first, second] = byId("lost").children;
  const dead = !lost && !alive;
  const unstored = !lost && alive && !stores;
  say(first, dead ? "The school's gateway gives no sign of life." : unstored ? "The school's gateway cannot write to its database." : !lost ? "" : ended || `Connection lost. What you see is ${lengthOf(silent / 1000)} old.`);
  say(second, dead ? "What you send is kept, and goes out once it runs again." : unstored ? "What happens from now on is reported, but does not appear here." : lost ? "It comes back by itself. Trying again …" : "");
  byId("lost").hidden = !lost && !dead && !unstored;
}

setInterval(() => {
  showLink();
  tickCameras();
  tickFloors();
  tickMarks();
  if (newestAt) byId("newest-at").dataset.age = `${lengthOf(secondsSince(newestAt))} ago`;
}, 500);
setInterval(() => {
  const silent = heard === null || performance.now() - heard > SILENCE;
  const idle = source.readyState === EventSource.CLOSED || silent;
  if (idle && performance.now() - tried > AGAIN) connect();
}, 500);
addEventListener("online", connect);

if (atSchool) askBy(byId("mute"));
startAnswering();
startMarking(() => { if (shown) showFloors(shown); });
connect();
