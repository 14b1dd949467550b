// The page of one incident: keeps itself true, and says plainly when it cannot.

import { showAlerts, showOver, startAnswering } from "./answer.js";
import { showCameras, tickCameras } from "./cameras.js";
import { showFloors } from "./floors.js";
import { showPictures } from "./pictures.js";
import { showTimeline } from "./timeline.js";
import { arrange, byId, count, dayAndTime, lengthOf, make, say, secondsSince, setClock } from "./elements.js";

const SILENCE = 5000; // two pulses missed: the connection is lost
const AGAIN = 2000;

const announced = new Set();
let source = null;
let tried = -Infinity;
let heard = null; // when the school was last heard, by this device's own steady clock
let alive = true; // whether the gateway itself gives signs of life
let stores = true; // whether it can write down what happens, which is all that shows here
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
  say(byId("state"), told.open ? "Live alert" : "Closed");
  const newest = told.rooms[0];
  if (newest) {
    say(byId("newest"), newest.room);
    byId("newest").style.setProperty("--letters", Math.max(3, newest.room.length));
    say(byId("newest-at"), placeOf(newest));
    document.title = told.open ? `${newest.room} – alert` : "Closed";
  }
  const many = told.rooms.length > 1 ? told.rooms : [];
  arrange(byId("rooms"), many, (room) => `${room.building} ${room.floor} ${room.room}`, () => make("li", "", make("i"), make("b"), make("span")), (item, room) => {
    say(item.children[0], String(room.order));
    say(item.children[1], room.room);
    say(item.children[2], dayAndTime(room.last_at));
  });
  showFloors(told);
  showCameras(told);
  showPictures(told);
  showTimeline(told);
  showOver(told.open);
  showAlerts(told.alerts);
  announce(told.rooms);
}

function placeOf(room) {
  const name = room.name === room.room || room.name === `Room ${room.room}` ? "" : room.name;
  return [name, room.floor && `Floor ${room.floor}`, room.building].filter(Boolean).join(" · ");
}

function announce(rooms) {
  const fresh = rooms.filter((room) => !announced.has(room.order) && announced.add(room.order));
  if (!fresh.length) return;
  const more = fresh.length > 1 ? `, and ${count(fresh.length - 1, "more room")}` : "";
  say(byId("said"), `Pressed: room ${fresh[0].room}, ${placeOf(fresh[0])}${more}`);
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
  const newest = document.querySelector("#timeline .press time");
  if (newest) byId("newest-at").dataset.age = `${lengthOf(secondsSince(newest.dateTime))} ago`;
}, 500);
setInterval(() => {
  const silent = heard === null || performance.now() - heard > SILENCE;
  const idle = source.readyState === EventSource.CLOSED || silent;
  if (idle && performance.now() - tried > AGAIN) connect();
}, 500);
addEventListener("online", connect);

startAnswering();
connect();
