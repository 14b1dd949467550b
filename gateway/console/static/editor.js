// Places rooms and cameras on the plan by mouse, touch or arrow keys; cameras are tested here, too.

import { byId, say } from "./elements.js";
import { send } from "./send.js";

const STEP = 0.5; // per cent for each press of an arrow key
const KEYS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
const MIDDLE = [50, 50];
const moved = { places: {}, cameras: {} };

let held = null; // the marker that is being dragged

for (const marker of document.querySelectorAll(".marker")) {
  if (marker.dataset.x !== "") put(marker, Number(marker.dataset.x), Number(marker.dataset.y));
  marker.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    marker.focus();
    held = marker;
  });
  marker.addEventListener("keydown", (event) => {
    const step = KEYS[event.key] ?? (isInTray(marker) && event.key === "Enter" ? [0, 0] : null);
    if (!step) return;
    event.preventDefault();
    const [x, y] = isInTray(marker) ? MIDDLE : marker.at;
    move(marker, x + step[0], y + step[1]);
    marker.focus();
  });
}

// On the document: a marker that leaves the tray for the sheet loses the pointer on its way.
document.addEventListener("pointermove", (event) => {
  if (!held) return;
  const box = sheetOf(held).getBoundingClientRect();
  const [x, y] = [(event.clientX - box.left) / box.width * 100, (event.clientY - box.top) / box.height * 100];
  const over = x >= 0 && x <= 100 && y >= 0 && y <= 100;
  if (over || !isInTray(held)) move(held, x, y);
});
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => { held = null; });

addEventListener("beforeunload", (event) => {
  if (!byId("save").disabled) event.preventDefault();
});

function sheetOf(marker) {
  return marker.closest("section").querySelector(".sheet");
}

function isInTray(marker) {
  return marker.parentElement.classList.contains("tray");
}

function put(marker, x, y) {
  marker.at = [Math.min(100, Math.max(0, x)), Math.min(100, Math.max(0, y))];
  marker.style.left = `${marker.at[0]}%`;
  marker.style.top = `${marker.at[1]}%`;
}

function move(marker, x, y) {
  if (isInTray(marker)) sheetOf(marker).append(marker);
  put(marker, x, y);
  const at = marker.at.map((each) => Math.round(each * 10) / 10);
  if (marker.dataset.camera) moved.cameras[marker.dataset.camera] = at;
  else moved.places[marker.dataset.room] = at;
  byId("save").disabled = false;
  tell("outcome", "Not saved yet", true);
}

function tell(place, words, bad = false) {
  byId(place).dataset.bad = bad;
  say(byId(place), words);
}

byId("save").addEventListener("click", async () => {
  const { places, cameras } = moved;
  const problem = await send("/plan", { places: JSON.stringify(places), cameras: JSON.stringify(cameras) });
  if (problem === null) {
    moved.places = {};
    moved.cameras = {};
    byId("save").disabled = true;
  }
  tell("outcome", problem === null ? "Saved" : `Not saved: ${problem}`, problem !== null);
});

for (const button of document.querySelectorAll("#tests button")) button.disabled = false;
byId("tests")?.addEventListener("click", async (event) => {
  const camera = event.target.closest("button")?.dataset.camera;
  if (!camera) return;
  tell("tested", `Asking ${camera} …`);
  const headers = { "content-type": "application/json", "x-csrf-token": document.body.dataset.csrf };
  const answer = await fetch(`/cameras/${encodeURIComponent(camera)}/test`, { method: "POST", headers, body: "{}" });
  const picture = byId("picture");
  picture.hidden = !answer.ok;
  if (answer.ok) picture.src = URL.createObjectURL(await answer.blob());
  picture.alt = answer.ok ? `Camera ${camera}` : "";
  tell("tested", answer.ok ? `${camera} works` : (await answer.text()).trim(), !answer.ok);
});
