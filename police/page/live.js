// Live cameras of an open incident: fetched only while this page shows them, each with its age.

import { arrange, lengthOf, make, say } from "./elements.js";

const STALE = 3; // seconds: an older picture is not called live
const GONE = 15; // from here on it is not shown
const BREATH = 150;
const AGAIN = 1000;
const MOST = 8; // cameras of a school at once
const LATE = 8000;

const viewer = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const watched = new Map(); // what this page shows live, by the name of its card and camera
let asking = false;
let pending = null; // ends the question under way, once something else is looked at

export function makeLive() {
  const section = make("div", "lives");
  section.setAttribute("role", "group");
  section.setAttribute("aria-label", "Live cameras");
  return section;
}

export function showLive(section, incident) {
  const cameras = incident.status === "closed" ? []
    : [...new Set([...incident.pictures, ...incident.silent_cameras].map(({ camera }) => camera).filter(Boolean))].sort();
  section.hidden = !cameras.length;
  const { sender, incident: id } = incident;
  arrange(section, cameras, (camera) => camera, (camera) => makeCamera({ sender, incident: id, camera }));
  for (const [name, { figure }] of watched) if (!figure.isConnected) watched.delete(name);
}

function makeCamera(key) {
  const button = make("button", "");
  const image = make("img");
  const figure = make("div", "live", button, image, make("p", "age"), make("p", "unseen"));
  button.type = "button";
  image.hidden = true;
  figure.lastChild.setAttribute("role", "status");
  figure.dataset.camera = key.camera;
  button.addEventListener("click", () => toggle(figure, key));
  showState(figure, null);
  return figure;
}

const nameOf = ({ sender, incident, camera }) => `${sender}/${incident}/${camera}`;

function toggle(figure, key) {
  const name = nameOf(key);
  if (watched.has(name)) watched.delete(name);
  else if (watched.size < MOST) watched.set(name, { ...key, figure, after: 0, since: performance.now(), shown: null });
  else return say(figure.querySelector(".age"), `${MOST} cameras are shown live: stop another one first.`);
  showState(figure, watched.get(name) ?? null);
  lookAgain();
}

/** Tell the receiver at once what is looked at now. */
function lookAgain() {
  pending?.abort();
  if (!watched.size || document.hidden) leave();
  else ask();
}

function leave() {
  const body = JSON.stringify({ viewer, looks: [] });
  fetch("/looks", { method: "POST", headers: { "content-type": "application/json" }, body, keepalive: true }).catch(() => {});
}

async function ask() {
  if (asking) return;
  asking = true;
  while (watched.size && !document.hidden) {
    const mine = pending = new AbortController();
    let pause = BREATH;
    try {
      take(await question(mine.signal));
    } catch (error) {
      if (!mine.signal.aborted) pause = AGAIN;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  asking = false;
}

async function question(ended) {
  const looks = [...watched.values()].map(({ sender, incident, camera, after }) => ({ sender, incident, camera, after }));
  const signal = AbortSignal.any([ended, AbortSignal.timeout(LATE)]);
  const headers = { "content-type": "application/json" };
  const answer = await fetch("/looks", { method: "POST", headers, body: JSON.stringify({ viewer, looks }), signal });
  if (!answer.ok) throw new Error(answer.status);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Each frame is a line of JSON, and so many bytes of JPEG behind it. */
function take(bytes) {
  for (let place = 0; place < bytes.length;) {
    const end = bytes.indexOf(10, place);
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(place, end)));
    place = end + 1 + head.bytes;
    const camera = watched.get(nameOf(head));
    if (camera) showFrame(camera, head, bytes.slice(end + 1, place));
  }
}

function showFrame(camera, { number, age }, jpeg) {
  const image = camera.figure.querySelector("img");
  const url = URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" }));
  const came = performance.now();
  camera.after = number;
  image.onerror = () => URL.revokeObjectURL(url);
  image.onload = () => { // no picture counts that cannot be seen
    URL.revokeObjectURL(url);
    camera.shown = { age, came };
    showState(camera.figure, camera);
  };
  image.src = url;
}

function showState(figure, camera) {
  const [button, image, age, said] = figure.children;
  const { state, words } = stateOf(camera);
  const name = figure.dataset.camera;
  if (figure.dataset.state !== state) {
    figure.dataset.state = state;
    say(button, `${camera ? "Stop" : "Watch"} ${name}${camera ? "" : " live"}`);
    button.setAttribute("aria-pressed", camera !== null);
    image.alt = `Camera ${name}, ${state}`;
    image.hidden = state !== "live" && state !== "stale";
    say(said, camera ? `Camera ${name}: ${SPOKEN[state]}` : "");
  }
  say(age, words);
}

const SPOKEN = {
  waiting: "waiting for a live picture",
  live: "live",
  stale: "stale, no new picture comes",
  gone: "no live picture",
};

function stateOf(camera) {
  if (camera === null) return { state: "off", words: "" };
  const { shown, since } = camera;
  const now = performance.now();
  if (shown === null) {
    const waits = (now - since) / 1000;
    return waits < GONE ? { state: "waiting", words: "Waiting for a picture …" }
      : { state: "gone", words: "No live picture comes from the school" };
  }
  const seconds = shown.age + (now - shown.came) / 1000;
  if (seconds < STALE) return { state: "live", words: `Live – ${seconds.toFixed(1)} s old` };
  if (seconds < GONE) return { state: "stale", words: `Stale – this picture is ${lengthOf(seconds)} old` };
  return { state: "gone", words: `Stale – the last picture is ${lengthOf(seconds)} old and no longer shown` };
}

setInterval(() => {
  for (const camera of watched.values()) showState(camera.figure, camera);
}, 250);
document.addEventListener("visibilitychange", lookAgain);
addEventListener("pagehide", leave);
