// The floors on which somebody pressed: the school's plan, or a neutral grid, with rooms on it, each with the order
// and the age of its last press.

import { arrange, byId, count, lengthOf, make, say, secondsSince, timeOf } from "./elements.js";

export function showFloors(told) {
  const pressed = (floor) => told.rooms.filter((room) => room.building === floor.building && room.floor === floor.floor);
  const floors = told.floors.filter((floor) => pressed(floor).length);
  arrange(byId("floors"), floors, (floor) => `${floor.building}/${floor.floor}`, makeFloor, (figure, floor) => {
    showFloor(figure, floor, pressed(floor), told.rooms[0]);
  });
  tickFloors();
}

function makeFloor() {
  return make("figure", "floor", make("figcaption"), make("div", "sheet"));
}

function showFloor(figure, floor, pressed, newest) {
  const [caption, sheet] = figure.children;
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
  arrange(sheet, items, (item) => item.plan ?? (item.camera ? `camera ${item.camera}` : item.room), makeItem, (element, item) => {
    if (item.camera) showCamera(element, item);
    else if (!item.plan) showRoom(element, item, pressed, newest);
  });
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

/** Say how long ago each room was pressed last. */
export function tickFloors() {
  for (const marker of byId("floors").querySelectorAll(".marker.pressed")) {
    marker.dataset.age = lengthOf(secondsSince(marker.dataset.at));
  }
}
