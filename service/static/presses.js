// Presses one by one, for every page: the way that they show, and the times of a room.

import { arrange, count, dayAndTime, make, say, timeOf } from "./elements.js";

const MOST_TIMES = 4; // as many as are read at a glance

/** Show where was pressed one after the other, the newest last; nothing while it is one place. */
export function showTrail(list, trail) {
  const steps = trail.length > 1 ? trail : [];
  arrange(list, steps, ({ at, building, floor, room }) => JSON.stringify([at, building, floor, room]), makeStep, (item, step) => {
    item.classList.toggle("last", step === steps.at(-1));
  });
}

function makeStep({ room, at }) {
  return make("li", "", make("b", "", room || "?"), make("span", "", dayAndTime(at)));
}

/** The presses of a room in words, if there was more than one. */
export function pressesOf({ presses, times, undated }) {
  if (presses < 2) return "";
  const shown = times.slice(-MOST_TIMES).map(({ at, known }) => `${known ? "" : "heard "}${timeOf(at)}`);
  const words = shown.length > 1 ? `: ${times.length > shown.length ? "… " : ""}${shown.join(", ")}` : "";
  return `${count(presses, "press", "presses")}${words}${undated ? ` · ${undated} at an unknown time` : ""}`;
}

const PATTERNS = { firm: "Firm press", brief: "Brief press", held: "Held down" };

/** What the presses of a room look like in two words; nothing for what their number says already. */
export function patternOf({ pattern }) {
  return PATTERNS[pattern] ?? "";
}

/** The rooms that were pressed since `known` last saw them, which then knows of these presses. */
export function pressedSince(known, rooms, keyOf) {
  return rooms.filter((room) => {
    const before = known.get(keyOf(room)) ?? 0;
    known.set(keyOf(room), Math.max(before, room.presses));
    return room.presses > before;
  });
}
