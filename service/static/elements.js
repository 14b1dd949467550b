// Elements and times in words, for every page.  Text goes in as text alone.

let ahead = 0; // milliseconds the server's clock is ahead of this device's

export const byId = (id) => document.getElementById(id);

/** Take the server's clock for all ages, so that a device with a wrong clock shows right ones. */
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
export function arrange(parent, items, key, create, update = () => {}) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
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
  if (!moment) return timeOf(moment);
  const at = new Date(moment);
  const today = at.toDateString() === new Date(now()).toDateString();
  return today ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`;
}

export const secondsSince = (moment) => Math.max(0, (now() - Date.parse(moment)) / 1000);

export function lengthOf(seconds) {
  const whole = Math.floor(seconds);
  const two = (number) => String(number).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)} min`;
  return `${Math.floor(whole / 86400)} d ${Math.floor(whole / 3600) % 24} h`;
}

export const count = (number, one, many = `${one}s`) =>
  `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;

/** A map that shows a point and its surroundings in a browser. */
export function mapOf({ lat, lon }) {
  const at = `${lat.toFixed(5)}/${lon.toFixed(5)}`;
  return `https://www.openstreetmap.org/?mlat=${lat.toFixed(5)}&mlon=${lon.toFixed(5)}#map=18/${at}`;
}
