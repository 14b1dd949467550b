// Elements and times in words.  Text goes in as text alone, whatever a sender wrote.

let ahead = 0; // milliseconds the receiver's clock is ahead of this desk's

/** Take the receiver's clock for all ages, so that a desk with a wrong clock shows right ones. */
export function setClock(moment) {
  const now = Date.parse(moment);
  if (Number.isFinite(now)) ahead = now - Date.now();
}

export const now = () => Date.now() + ahead;

/** Make an element with a class and children; strings become text. */
export function make(tag, name = "", ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

/** Bring `parent`'s children in line with `items`, touching only what differs. */
export function arrange(parent, items, key, create, update) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    let element = known.get(name);
    known.delete(name);
    if (!element) {
      element = create(item);
      element.dataset.key = name;
    }
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
    update(element, item);
  }
  for (const element of known.values()) element.remove();
}

/** Set text only where it differs, so that a selection or a screen reader is left in peace. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

export const timeOf = (moment) => (moment ? clock.format(new Date(moment)) : "at an unknown time");

/** The time of day, with the date once it is not today's. */
export function dayAndTime(moment) {
  if (!moment) return "at an unknown time";
  const at = new Date(moment);
  const today = at.toDateString() === new Date(now()).toDateString();
  return today ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`;
}

export function ageOf(moment) {
  const seconds = Math.max(0, Math.floor((now() - Date.parse(moment)) / 1000));
  if (!Number.isFinite(seconds)) return "";
  return `${lengthOf(seconds)} ago`;
}

export function lengthOf(seconds) {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${pad(Math.floor(seconds / 60) % 60)} min`;
  return `${Math.floor(seconds / 86400)} d ${Math.floor(seconds / 3600) % 24} h`;
}

export function fromPress(seconds) {
  if (seconds === null) return "time from the press unknown";
  const size = Math.abs(seconds);
  const words = size < 60 ? `${size.toFixed(1)} s` : lengthOf(Math.round(size));
  return `${words} ${seconds < 0 ? "before" : "after"} the press`;
}

export const count = (number, one, many = `${one}s`) =>
  `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;

const pad = (number) => String(number).padStart(2, "0");

/** Make every age on the page true again. */
export function tick() {
  for (const element of document.querySelectorAll("[data-age]")) say(element, ageOf(element.dataset.age));
}

/** An age that goes on counting. */
export function setAge(element, moment) {
  element.dataset.age = moment ?? "";
  say(element, moment ? ageOf(moment) : "");
}
