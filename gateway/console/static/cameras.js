// The cameras as they are now.  What is old says how old it is, and what is dead is shown as dead.

import { arrange, byId, dayAndTime, lengthOf, make, say, secondsSince } from "./elements.js";
import { watch } from "./stream.js";

const LATE = 3; // seconds: a picture of that age is no longer called live
const OLD = 10; // and beyond this it is not shown
const MOST = 12;

const chosen = new Set(); // by the person who looks
const hidden = new Set();
const seen = new Map(); // camera: its last part
let shown = [];
let stop = () => {};
let incident = null;

export function showCameras(told) {
  incident = told;
  const rooms = told.rooms.map((room) => room.room);
  const near = rooms.flatMap((room) => Object.keys(told.cameras).filter((camera) => told.cameras[camera].includes(room)));
  const wanted = [...new Set([...near.filter((camera) => !hidden.has(camera)), ...chosen])].slice(0, MOST);
  byId("no-camera").hidden = near.length > 0 || !told.open;
  if (!told.open) say(byId("cameras-title"), "Cameras are shown while an incident is open");
  arrange(byId("cameras"), wanted, (camera) => camera, makeTile, (tile, camera) => {
    say(tile.querySelector(".sees"), `sees ${told.cameras[camera].join(", ")}`);
  });
  arrange(byId("others"), Object.keys(told.cameras), (camera) => camera, makeChoice, (button, camera) => {
    button.setAttribute("aria-pressed", String(wanted.includes(camera)));
  });
  if (wanted.join() !== shown.join()) {
    shown = wanted;
    stop();
    stop = wanted.length ? watch(wanted, take) : () => {};
  }
  tickCameras();
}

/** Make every age true again. */
export function tickCameras() {
  for (const tile of byId("cameras").children) showAge(tile, seen.get(tile.dataset.key));
}

function makeChoice(camera) {
  const button = make("button", "", camera);
  button.type = "button";
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") === "true";
    if (on) { chosen.delete(camera); hidden.add(camera); } else { chosen.add(camera); hidden.delete(camera); }
    showCameras(incident);
  });
  return button;
}

function makeTile(camera) {
  const image = make("img");
  image.alt = "";
  image.hidden = true;
  const tile = make("figure", "camera", image, make("p", "dead"),
    make("figcaption", "", make("b", "", camera), make("span", "sees"), make("span", "age")));
  tile.dataset.state = "waiting";
  return tile;
}

function take(camera, at, jpeg, reason) {
  seen.set(camera, { at, reason, heard: performance.now() });
  const tile = [...byId("cameras").children].find((each) => each.dataset.key === camera);
  if (!tile) return;
  if (jpeg) {
    const image = tile.querySelector("img");
    const before = image.src;
    image.src = URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" }));
    image.dataset.at = at;
    if (before) URL.revokeObjectURL(before);
  }
  showAge(tile, seen.get(camera));
}

function showAge(tile, last) {
  const [image, dead, caption] = tile.children;
  const age = last && !last.reason ? secondsSince(last.at) : null;
  const state = !last ? "waiting" : last.reason || age > OLD ? "dead" : age > LATE ? "late" : "live";
  tile.dataset.state = state;
  image.hidden = state === "dead" || state === "waiting";
  image.alt = image.hidden ? "" : `Camera ${tile.dataset.key}, ${state === "live" ? "live" : `${lengthOf(age)} old`}`;
  say(dead, state === "waiting" ? "Waiting for a picture …" : state !== "dead" ? "" : last.reason
    ? `No picture: ${last.reason}${last.at ? `, since ${dayAndTime(last.at)}` : ""}`
    : `No picture for ${lengthOf(age)}`);
  say(caption.querySelector(".age"), state === "live" ? "live" : state === "late" ? `${lengthOf(age)} old` : state === "dead" ? "dead" : "");
}
