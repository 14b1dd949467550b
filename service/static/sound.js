// A sound while an incident waits for somebody: two tones every 1.5 s, for as long as it takes.
// A browser plays none before somebody has touched the page; until then the page says so, also at rest.

import { say } from "./elements.js";

const EVERY = 1500;
const LOOK = 1000;

let audio = null;
let waiting = false;

/** Say whether an incident waits for somebody to take it. */
export function setWaiting(waits) {
  if (waits && !waiting) beep();
  waiting = waits;
}

/** Show `button` while the browser gives no sound: a touch of it is enough. */
export function askBy(button) {
  const look = () => {
    button.hidden = audio?.state === "running";
    button.dataset.waits = waiting;
    say(button, waiting ? "An alert waits for somebody – touch here to hear it" : "Sound is off – touch here, and an alert is heard");
  };
  look();
  setInterval(look, LOOK);
}

/** Ask the browser for its sound; works only from a touch or a key. */
async function wake() {
  audio ??= new AudioContext();
  await audio.resume();
}

function beep() {
  if (audio?.state !== "running") return;
  for (const [after, pitch] of [[0, 880], [0.22, 660]]) {
    const tone = new OscillatorNode(audio, { frequency: pitch, type: "square" });
    const volume = new GainNode(audio, { gain: 0.12 });
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + after);
    tone.stop(audio.currentTime + after + 0.18);
  }
}

setInterval(() => { if (waiting) beep(); }, EVERY);
// At each of them, for a machine may take the sound away again; a touch counts when it ends.
for (const name of ["pointerdown", "pointerup", "keydown"]) addEventListener(name, wake);
