// The floors on which somebody pressed: the school's plan, or a neutral grid, with rooms on it, each with the order
// and the age of its last press.

import { arrange, byId, count, lengthOf, make, say, secondsSince, timeOf } from "./elements.js";
import { isMarking, tappedOn } from "./marks.js";
import { isStale, isUndated, spoken } from "./sights.js";

export function showFloors(told) {
  const pressed = (floor) => told.rooms.filter((room) => room.building === floor.building && room.floor === floor.floor);
  const marked = (floor) => told.marks.map((mark, place) => ({ ...mark, number: place + 1, last: mark === told.marks.at(-1) }))
    .filter((mark) => mark.building === floor.building && mark.floor === floor.floor && mark.x !== null);
  const floors = told.floors.filter((floor) => isMarking() || pressed(floor).length || marked(floor).length);
  arrange(byId("floors"), floors, (floor) => `${floor.building}/${floor.floor}`, makeFloor, (figure, floor) => {
    showFloor(figure, floor, pressed(floor), told.rooms[0]);
    showPins(figure, marked(floor), tappedOn(floor));
  });
  tickFloors();
}

function makeFloor() {
  const way = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  way.setAttribute("viewBox", "0 0 100 100");
  way.setAttribute("preserveAspectRatio", "none");
  way.setAttribute("aria-hidden", "true");
  way.append(document.createElementNS("http://www.w3.org/2000/svg", "polyline"));
  return make("figure", "floor", make("figcaption"), make("div", "sheet", make("div", "things"), way, make("div", "pins")));
}

function showFloor(figure, floor, pressed, newest) {
  const [caption, sheet] = figure.children;
  figure.place = floor;
  say(caption, [floor.building, floor.floor && `Floor ${floor.floor}`].filter(Boolean).join(" · "));
  sheet.classList.toggle("grid", !floor.plan);
  const placed = floor.rooms.filter((room) => room.x !== null && room.y !== null);
  const lost = pressed.filter((room) => !placed.some((each) => each.room === room.room));
  const items = [
    ...(floor.plan ? [{ plan: floor.plan }] : []),
    ...floor.cameras,
    ...placed,
    ...lost.map((room, number) => ({ ...room, x: 50, y: 8 + 10 * number })),
  ];
  arrange(sheet.firstChild, items, (item) => item.plan ?? (item.camera ? `camera ${item.camera}` : item.room), makeItem, (element, item) => {
    if (item.camera) showCamera(element, item);
    else if (!item.plan) showRoom(element, item, pressed, newest);
  });
}

/** Draw marks in the order in which they were seen, and the way between those of a threat. */
function showPins(figure, marks, tapped) {
  const [, way, pins] = figure.lastChild.children;
  const seen = marks.filter((mark) => mark.what === "seen" || mark.what === "heard");
  way.firstChild.setAttribute("points", seen.map(({ x, y }) => `${x},${y}`).join(" "));
  arrange(pins, [...marks, ...(tapped ? [{ ...tapped, id: "tapped" }] : [])], (mark) => mark.id, () => make("div", "pin", make("b"), make("span")), (pin, mark) => {
    pin.mark = mark;
    pin.style.left = `${mark.x}%`;
    pin.style.top = `${mark.y}%`;
    pin.style.zIndex = 200 + (mark.number ?? 200);
    pin.classList.toggle("low", mark.y < 30); // above it there is no room on the plan
    pin.classList.toggle("start", mark.x < 15);
    pin.classList.toggle("end", mark.x > 85);
    pin.classList.toggle("last", mark.last === true);
    pin.classList.toggle("tapped", mark.number === undefined);
    say(pin.firstChild, mark.number === undefined ? "here" : String(mark.number));
    pin.setAttribute("role", "img");
  });
}

function tickPin(pin) {
  const { mark } = pin;
  if (mark.number === undefined) return pin.setAttribute("aria-label", "The place that you tapped");
  pin.classList.toggle("stale", isStale(mark));
  say(pin.lastChild, isUndated(mark) ? "?" : lengthOf(Math.floor(secondsSince(mark.seen_at) / 60) * 60).replace(/ 00 s$/, "").replace(/^0 s$/, "now"));
  const label = `Mark ${mark.number}: ${spoken(mark)}`;
  if (pin.getAttribute("aria-label") !== label) pin.setAttribute("aria-label", label);
}

function makeItem(item) {
  if (item.camera) return make("div", "marker lens", make("i", "", item.camera));
  if (!item.plan) return make("div", "marker", make("b"), make("span"));
  const image = make("img");
  image.src = `plans/${encodeURIComponent(item.plan)}`;
  image.alt = "";
  return image;
}

function showCamera(marker, camera) {
  marker.style.left = `${camera.x}%`;
  marker.style.top = `${camera.y}%`;
}

function showRoom(marker, room, pressed, newest) {
  const found = pressed.find((each) => each.room === room.room);
  marker.style.left = `${room.x}%`;
  marker.style.top = `${room.y}%`;
  marker.classList.toggle("pressed", Boolean(found));
  marker.classList.toggle("newest", Boolean(found) && found === newest);
  marker.style.zIndex = found ? 100 + pressed.length - pressed.indexOf(found) : 1;
  say(marker.children[0], found ? String(found.order) : "");
  say(marker.children[1], room.room);
  marker.setAttribute("role", found ? "img" : "presentation");
  marker.dataset.at = found ? found.last_at : "";
  if (!found) return;
  const presses = found.presses > 1 ? `, ${count(found.presses, "press", "presses")}` : "";
  marker.setAttribute("aria-label", `Room ${room.room}, last pressed at ${timeOf(found.last_at)}, as number ${found.order}${presses}`);
}

/** Say how long ago each room was pressed last, and each mark seen. */
export function tickFloors() {
  for (const marker of byId("floors").querySelectorAll(".marker.pressed")) {
    marker.dataset.age = lengthOf(secondsSince(marker.dataset.at));
  }
  byId("floors").querySelectorAll(".pin").forEach(tickPin);
}
