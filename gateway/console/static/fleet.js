// The school's units as they stand, kept true by asking every 2 s.  What is not known now is shown as
// not known: no connection, or a gateway that says nothing, leaves no room good.

import { arrange, byId, count, dayAndTime, make, say, setClock } from "./elements.js";
import { chosen, countShown, offer, onChoice } from "./fleet_filters.js";
import { makeRoom, showHeads, showRoom, unsure } from "./fleet_rooms.js";
import { showLog } from "./fleet_troubles.js";
import { plain } from "./troubles.js";

const EVERY = 2000;
const ANSWER = 5000;
// Longer without an answer, as after a sleep, and what stands here is old.
const OLD = 10_000;

const MISTAKES = "By mistake: presses that a person closed as a false alarm, for a thousand days of the unit";

let told = null;
let at = Date.now();
let lost = "";

async function refresh() {
  try {
    const answer = await fetch("/units/state", { signal: AbortSignal.timeout(ANSWER) });
    if (answer.status === 401) return location.replace("/login");
    if (answer.status === 403) return location.replace("/");
    if (!answer.ok) throw new Error((await answer.text()).trim());
    told = await answer.json();
    at = Date.now();
    setClock(told.at);
    lost = "";
  } catch (error) {
    lost = error instanceof TypeError || error.name === "TimeoutError" ? "The connection is lost." : error.message;
  }
  draw();
  setTimeout(refresh, EVERY);
}

function draw() {
  byId("lost").hidden = !lost;
  say(byId("lost").firstElementChild, lost && `${lost} Whether a press gets out is not known here. Trying again …`);
  if (!told) return;
  showGateway(lost ? { reach: "unknown", why: [] } : told.gateway);
  const units = lost ? told.units.map(unsure) : told.units;
  offer(units);
  const shown = chosen(units);
  arrange(byId("rooms"), shown, (unit) => unit.room, makeRoom, showRoom);
  say(byId("shown"), shown.length === units.length ? count(shown.length, "room") : `${shown.length} of ${count(units.length, "room")}`);
  countShown(units);
  say(byId("mistakes"), told.false_since ? `${MISTAKES}, since ${dayAndTime(told.false_since)}.` : "");
  showLog(told, !lost);
}

/** What holds for every room, once, above them all. */
function showGateway({ reach, why }) {
  const box = byId("gateway");
  box.hidden = !why.length;
  box.dataset.reach = reach;
  const [words, reasons] = box.children;
  say(words, reach === "no" ? "No press of any room gets out by this gateway." : "For no room is it known that a press gets out.");
  arrange(reasons, why, (reason) => reason.words, () => make("li", "", make("b"), make("p")), (item, reason) => {
    say(item.firstElementChild, reason.words);
    say(item.lastElementChild, plain(reason.cure));
  });
}

setInterval(() => {
  if (lost || Date.now() - at < OLD) return;
  lost = "There has been no answer for a while.";
  draw();
}, 1000);

showHeads();
onChoice(draw);
refresh();
