// What happened, newest first: presses, what people did and said, how it stands.

import { deliveryWords, isNowhere } from "./delivery.js";
import { arrange, byId, count, dayAndTime, make, say } from "./elements.js";
import { patternOf } from "./presses.js";

const STANDING = {
  "acknowledge": ["taken", "has this"],
  "dispatched": ["taken", "dispatched help"],
  "on-scene": ["scene", "is on scene"],
  "all-clear": ["clear", "says all clear"],
};

export function showTimeline(told) {
  const dated = new Set(told.rooms.flatMap((room) => room.times.map((time) => time.received_at)));
  const events = told.events.filter((event) => event.what !== "pressed-again" || !dated.has(event.at));
  const lines = [...told.rooms.flatMap(pressesIn), ...events.map(kindOf)].sort((a, b) => (a.at < b.at ? 1 : -1));
  draw(byId("timeline"), lines);
  if (byId("looks")) draw(byId("looks"), told.looks.map(kindOf).reverse());
  showStanding(told);
}

/** A line for each press of a room; what is only counted stands at the first one. */
function pressesIn(room) {
  const further = room.times.filter(({ at }) => at !== room.pressed_at);
  const counted = room.presses - 1 - further.length;
  const first = [counted ? `and ${count(counted, "press", "presses")} more at times not shown` : "", patternOf(room), ...room.doubts];
  const line = (at, words, text) => ({ at, what: words, sentence: `Room ${room.room} ${words}`, by: "", kind: "press", text });
  return [
    line(room.pressed_at, "pressed", first.filter(Boolean).join(" · ")),
    ...further.map(({ at, known }) => line(at, "pressed again", known ? "" : "this is when it was heard of")),
  ];
}

/** What the last person to answer said, or that nobody has; and beside it, who has the incident. */
function showStanding(told) {
  const standing = byId("standing");
  const last = told.events.filter((event) => STANDING[event.what]).at(-1);
  const [state, words] = last ? STANDING[last.what] : ["none", ""];
  standing.dataset.state = told.open ? state : "closed";
  if (!told.open) say(standing, ["This incident is closed", told.was].filter(Boolean).join(": "));
  else say(standing, last ? `${last.by}${last.side === "school" ? ", at the school," : ""} ${words}` : "Nobody has answered yet");
  const delivery = byId("delivery");
  delivery.dataset.nowhere = document.body.dataset.nowhere = isNowhere(told.delivery);
  say(delivery, deliveryWords(told.delivery));
}

const kindOf = (event) => ({ ...event, kind: event.what === "message" ? "message" : event.by ? "deed" : "system" });

function draw(list, lines) {
  const seen = new Map();
  const keyed = lines.map((line) => {
    const key = `${line.at} ${line.what} ${line.by}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return { ...line, key: `${key} ${seen.get(key)}` };
  });
  arrange(list, keyed, (line) => line.key, makeLine, (item, line) => say(item.querySelector(".text"), line.text));
}

function makeLine(line) {
  const item = make("li", line.kind, make("time", "", dayAndTime(line.at)),
    make("p", "", make("b", "", line.kind === "message" ? line.by : line.sentence),
      line.kind !== "message" && line.by ? make("span", "by", ` ${line.by}`) : null),
    make("p", "text"));
  item.querySelector("time").dateTime = line.at;
  return item;
}
