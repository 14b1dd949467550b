// The school as it stands, kept true by asking every second: incidents, troubles, the gateway's life.

import { arrange, byId, count, dayAndTime, lengthOf, make, say } from "./elements.js";
import { ANSWERS, deliveryWords, isNowhere } from "./delivery.js";
import { send } from "./send.js";
import { askBy, setWaiting } from "./sound.js";
import { makeTrouble, showTrouble } from "./troubles.js";

const EVERY = 1000;

async function refresh() {
  try {
    const answer = await fetch("/state", { signal: AbortSignal.timeout(5000) });
    if (answer.status === 401) return location.replace("/login");
    if (answer.status === 403) return location.replace("/account");
    if (!answer.ok) throw new Error(answer.status);
    draw(await answer.json());
    showLost("");
  } catch {
    byId("calm").hidden = true;
    showLost("Connection lost. What you see may be old, and a new alert does not appear here. Trying again …");
  }
  setTimeout(refresh, EVERY);
}

function draw({ gateway, troubles, incidents, rehearsed }) {
  const open = incidents.filter((incident) => incident.open);
  arrange(byId("open"), open, (incident) => incident.incident, makeRow, showRow);
  arrange(byId("over"), incidents.filter((incident) => !incident.open), (incident) => incident.incident, makeRow, showRow);
  setWaiting(open.some((incident) => incident.answer === "none"));
  byId("rehearsed-section").hidden = !rehearsed.length;
  arrange(byId("rehearsed"), rehearsed, (incident) => incident.incident, makeRow, showRehearsed);
  document.title = open.length ? `(${open.length}) alert` : document.title.replace(/^\(\d+\) alert$/, "Incidents");
  showGateway(gateway, open.length);
  showTroubles(troubles, gateway.alive && gateway.stores);
}

function makeRow(incident) {
  const row = make("a", "row", make("b"), make("span", "rooms"), make("span", "delivery"));
  row.href = `/incidents/${incident.incident}/`;
  return row;
}

function showRow(row, incident) {
  const [time, rooms, delivery] = row.children;
  row.dataset.nowhere = isNowhere(incident.delivery);
  row.dataset.answer = incident.answer;
  say(time, dayAndTime(incident.opened_at));
  say(rooms, incident.rooms.replaceAll(",", ", "));
  const standing = incident.open ? ANSWERS[incident.answer] : incident.joined ? "joined into another incident" : ["closed", incident.was].filter(Boolean).join(": ");
  const words = [count(incident.alerts, "alert"), deliveryWords(incident.delivery), standing, peopleWords(incident.people)];
  say(delivery, words.filter(Boolean).join(" · "));
}

function showRehearsed(row, { opened_at, rooms, mode, open }) {
  const [time, where, what] = row.children;
  say(time, dayAndTime(opened_at));
  say(where, rooms.replaceAll(",", ", "));
  say(what, open ? `${mode}, going on` : mode);
}

/** Which people have the notice of an alarm, and who has not said so. */
function peopleWords(people) {
  const have = people.filter(({ has }) => has).map(({ person }) => person);
  const lack = people.filter(({ has }) => !has).map(({ person }) => person);
  return [have.length && `notice taken by ${have.join(", ")}`, lack.length && `not yet by ${lack.join(", ")}`].filter(Boolean).join("; ");
}

/** No open incident means something only while the gateway lives and its disk takes what happens. */
function showGateway({ alive, silent_for, stores }, open) {
  byId("dead").hidden = alive;
  byId("unstored").hidden = !alive || stores;
  const since = silent_for === null ? "" : ` for ${lengthOf(silent_for)}`;
  say(byId("dead-words"), alive ? "" : `The gateway gives no sign of life${since}.`);
  byId("calm").hidden = !alive || !stores || open > 0;
}

function showTroubles(troubles, knows) {
  byId("troubles-section").hidden = !troubles.length && !knows;
  say(byId("no-trouble"), troubles.length || !knows ? "" : "The gateway is alive and names no trouble.");
  arrange(byId("troubles"), troubles, (trouble) => `${trouble.name} ${trouble.since}`, makeTrouble, (item, trouble) => showTrouble(item, trouble));
}

function showLost(words) {
  byId("lost").hidden = !words;
  say(byId("lost").firstElementChild, words);
}

byId("logout").addEventListener("click", async () => {
  await send("/logout", {});
  location.replace("/login");
});
byId("logout").disabled = false;
askBy(byId("mute"));

refresh();
