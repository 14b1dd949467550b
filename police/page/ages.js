// Ages that go on counting, and times from a press.

import { lengthOf, now, say } from "./elements.js";

/** Make every age on the page true again. */
export function tick() {
  for (const element of document.querySelectorAll("[data-age]")) say(element, ageOf(element.dataset.age));
}

/** An age that goes on counting. */
export function setAge(element, moment) {
  element.dataset.age = moment ?? "";
  say(element, moment ? ageOf(moment) : "");
}

function ageOf(moment) {
  const seconds = Math.max(0, Math.floor((now() - Date.parse(moment)) / 1000));
  if (!Number.isFinite(seconds)) return "";
  return `${lengthOf(seconds)} ago`;
}

export function fromPress(seconds) {
  if (seconds === null) return "time from the press unknown";
  const size = Math.abs(seconds);
  const words = size < 60 ? `${size.toFixed(1)} s` : lengthOf(Math.round(size));
  return `${words} ${seconds < 0 ? "before" : "after"} the press`;
}
