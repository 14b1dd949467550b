// What else is open, and which rooms were moved between this incident and another one.

import { ANSWERS } from "./delivery.js";
import { arrange, byId, dayAndTime, make, say } from "./elements.js";

export function showBeside(told) {
  const nav = byId("beside");
  nav.hidden = !told.beside.length;
  arrange(nav.lastElementChild, told.beside, (each) => each.incident, makeOther, showOther);
  arrange(byId("moved"), told.moved, (each) => `${each.room} ${each.at}`, () => make("li", "", make("span"), make("a")), showMoved);
  showRooms(told.rooms);
  showTargets(told.beside);
}

const roomsOf = (incident) => incident.rooms.replaceAll(",", ", ");

const makeOther = () => make("li", "", make("a"), make("span"));

function showOther(item, other) {
  const [link, words] = item.children;
  say(link, roomsOf(other));
  link.href = other.url;
  item.dataset.answer = other.answer;
  say(words, `since ${dayAndTime(other.opened_at)} · ${ANSWERS[other.answer]}`);
}

function showMoved(item, moved) {
  const [words, link] = item.children;
  const by = moved.by ? ` (${moved.by})` : "";
  say(words, moved.here
    ? `Room ${moved.room} came from another incident${by}. Pictures taken before that stay there. `
    : `Room ${moved.room} belongs to another incident now${by}. Pictures taken before that stay here. `);
  link.hidden = !moved.url;
  say(link, moved.here ? "Where it came from" : "Where it is now");
  link.href = moved.url;
}

function showRooms(rooms) {
  const box = byId("rooms-to-part");
  if (!box) return;
  arrange(box.lastElementChild.tagName === "OL" ? box.lastElementChild : box.appendChild(make("ol")), rooms,
    (room) => `${room.building} ${room.floor} ${room.room}`, makeRoom, (item, room) => {
      item.querySelector("input").alerts = room.alerts;
      say(item.querySelector("span"), room.room);
    });
}

function makeRoom() {
  const input = make("input");
  input.type = "checkbox";
  return make("li", "", make("label", "", input, make("span")));
}

function showTargets(others) {
  const select = byId("into");
  if (select) arrange(select, others, (each) => each.incident, makeTarget, (option, each) => say(option, roomsOf(each)));
}

function makeTarget(each) {
  const option = make("option");
  option.value = each.incident;
  return option;
}

/** The alerts of the rooms that were ticked. */
export const chosen = () => [...document.querySelectorAll("#rooms-to-part input:checked")].flatMap((box) => box.alerts);
