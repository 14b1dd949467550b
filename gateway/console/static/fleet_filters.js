// Which rooms are shown, and in which order.  It stands in the address, so that it outlives a reload
// and can be passed on.

import { byId, make, say } from "./elements.js";

const form = byId("filters");
const FIELDS = { show: "all", find: "", building: "", order: "worst" };
const SHOWS = {
  all: () => true,
  attention: (unit) => unit.attention,
  no: (unit) => unit.reach === "no",
  unknown: (unit) => unit.reach === "unknown",
  yes: (unit) => unit.reach === "yes",
};
const natural = new Intl.Collator("en", { numeric: true }).compare;
const ORDERS = {
  worst: () => 0, // as the gateway tells them
  room: (one, other) => natural(one.building, other.building) || natural(one.room, other.room),
  proof: (one, other) => natural(one.proven_at ?? "", other.proven_at ?? ""),
  mistakes: (one, other) => (other.false_per_1000_days ?? 0) - (one.false_per_1000_days ?? 0) || other.false_presses - one.false_presses,
};

/** Return the rooms that are asked for, in the order that is. */
export function chosen(units) {
  const { show, find, building, order } = Object.fromEntries(new FormData(form));
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  return units
    .filter((unit) => SHOWS[show](unit) && (!building || unit.building === building) && words.every(has(unit)))
    .sort(ORDERS[order]);
}

function has({ room, name, floor, building, unit }) {
  const text = [room, name, floor, building, unit ?? ""].join(" ").toLowerCase();
  return (word) => text.includes(word);
}

/** Say beside each choice how many rooms it is. */
export function countShown(units) {
  for (const [show, fits] of Object.entries(SHOWS)) {
    say(form.querySelector(`[data-count=${show}]`), String(units.filter(fits).length));
  }
}

/** Offer the school's buildings. */
export function offer(units) {
  const select = form.elements.building;
  const buildings = [...new Set(units.map(({ building }) => building))].filter(Boolean).sort(natural);
  const known = [...select.options].slice(1).map(({ value }) => value);
  if (JSON.stringify(known) === JSON.stringify(buildings)) return;
  const wanted = select.value || asked("building");
  select.replaceChildren(select.options[0], ...buildings.map((building) => {
    const option = make("option", "", building);
    option.value = building;
    return option;
  }));
  if (buildings.includes(wanted)) select.value = wanted;
}

/** Call `draw` after each change of what is asked for. */
export function onChoice(draw) {
  for (const name of ["show", "find", "order"]) if (asked(name)) take(name, asked(name));
  form.addEventListener("input", () => { remember(); draw(); });
  form.addEventListener("submit", (event) => event.preventDefault());
}

/** Take a choice from the address, if it is one. */
function take(name, value) {
  const before = form.elements[name].value;
  form.elements[name].value = value;
  if (!form.elements[name].value) form.elements[name].value = before;
}

function asked(name) {
  return new URLSearchParams(location.search).get(name) ?? "";
}

function remember() {
  const given = [...new FormData(form)].filter(([name, value]) => value !== FIELDS[name]);
  const query = new URLSearchParams(given).toString();
  history.replaceState(null, "", query ? `?${query}` : location.pathname);
}
