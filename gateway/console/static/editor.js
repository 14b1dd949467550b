// Places rooms and cameras on the plan by mouse, finger or arrow keys; cameras are tested here, too.

import { byId, say, send } from "./words.js";

const STEP = 0.5; // per cent for each press of an arrow key
const KEYS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
const moved = { places: {}, cameras: {} };

for (const sheet of document.querySelectorAll(".sheet")) {
  let unplaced = 0;
  for (const marker of sheet.querySelectorAll(".marker")) {
    if (marker.dataset.x === "") {
      marker.classList.add("unplaced");
      unplaced += 1;
    }
    const [x, y] = marker.dataset.x === "" ? [4 + (unplaced - 1) * 8 % 92, 4] : [Number(marker.dataset.x), Number(marker.dataset.y)];
    put(marker, x, y);
    giveHand(sheet, marker);
  }
}

function put(marker, x, y) {
  marker.at = [Math.min(100, Math.max(0, x)), Math.min(100, Math.max(0, y))];
  marker.style.left = `${marker.at[0]}%`;
  marker.style.top = `${marker.at[1]}%`;
}

function move(marker, x, y) {
  put(marker, x, y);
  marker.classList.remove("unplaced");
  const at = marker.at.map((each) => Math.round(each * 10) / 10);
  if (marker.dataset.camera) moved.cameras[marker.dataset.camera] = at;
  else moved.places[marker.dataset.room] = at;
  byId("save").disabled = false;
  say(byId("outcome"), "Not saved yet");
}

function giveHand(sheet, marker) {
  marker.addEventListener("pointerdown", (event) => {
    marker.setPointerCapture(event.pointerId);
    marker.held = true;
  });
  marker.addEventListener("pointermove", (event) => {
    if (!marker.held) return;
    const box = sheet.getBoundingClientRect();
    move(marker, (event.clientX - box.left) / box.width * 100, (event.clientY - box.top) / box.height * 100);
  });
  for (const name of ["pointerup", "pointercancel"]) marker.addEventListener(name, () => { marker.held = false; });
  marker.addEventListener("keydown", (event) => {
    const step = KEYS[event.key];
    if (!step) return;
    event.preventDefault();
    move(marker, marker.at[0] + step[0], marker.at[1] + step[1]);
  });
}

byId("save").addEventListener("click", async () => {
  const { places, cameras } = moved;
  const problem = await send("/plan", { places: JSON.stringify(places), cameras: JSON.stringify(cameras) });
  if (problem === null) {
    moved.places = {};
    moved.cameras = {};
    byId("save").disabled = true;
  }
  say(byId("outcome"), problem === null ? "Saved" : `Not saved: ${problem}`);
});

byId("tests")?.addEventListener("click", async (event) => {
  const camera = event.target.closest("button")?.dataset.camera;
  if (!camera) return;
  say(byId("tested"), `Asking ${camera} …`);
  const headers = { "content-type": "application/json", "x-csrf-token": document.body.dataset.csrf };
  const answer = await fetch(`/cameras/${encodeURIComponent(camera)}/test`, { method: "POST", headers, body: "{}" });
  const picture = byId("picture");
  picture.hidden = !answer.ok;
  if (answer.ok) picture.src = URL.createObjectURL(await answer.blob());
  picture.alt = answer.ok ? `Camera ${camera}` : "";
  say(byId("tested"), answer.ok ? `${camera} works` : (await answer.text()).trim());
});
