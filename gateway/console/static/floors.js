// The floors on which somebody pressed: the school's plan, or a neutral grid, with rooms on it.

import { arrange, byId, make, say } from "./elements.js";

export function showFloors(told) {
  const pressed = (floor) => told.rooms.filter((room) => room.building === floor.building && room.floor === floor.floor);
  const floors = told.floors.filter((floor) => pressed(floor).length);
  arrange(byId("floors"), floors, (floor) => `${floor.building}/${floor.floor}`, makeFloor, (figure, floor) => {
    showFloor(figure, floor, pressed(floor));
  });
}

function makeFloor() {
  return make("figure", "floor", make("figcaption"), make("div", "sheet"));
}

function showFloor(figure, floor, pressed) {
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
    else if (!item.plan) showRoom(element, item, pressed);
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

function showRoom(marker, room, pressed) {
  const found = pressed.find((each) => each.room === room.room);
  marker.style.left = `${room.x}%`;
  marker.style.top = `${room.y}%`;
  marker.classList.toggle("pressed", Boolean(found));
  marker.classList.toggle("newest", Boolean(found) && found === pressed[0]);
  marker.style.zIndex = found ? 100 + pressed.length - pressed.indexOf(found) : 1;
  say(marker.children[0], found ? String(found.order) : "");
  say(marker.children[1], room.room);
  marker.setAttribute("role", found ? "img" : "presentation");
  if (found) marker.setAttribute("aria-label", `Room ${room.room}, pressed as number ${found.order}`);
}
