// The list of incidents, kept true by asking every second.

import { arrange, byId, count, make, say, send, timeOf } from "./words.js";

const EVERY = 1000;
const STAGES = {
  PRESSED: "not with the police yet", HELD: "not with the police yet", RECEIVED: "not with the police yet",
  SENT: "the police have it; nobody has answered", CONFIRMED: "somebody has it", CLOSED: "closed",
};

async function refresh() {
  try {
    const answer = await fetch("/incidents", { signal: AbortSignal.timeout(5000) });
    if (answer.status === 401) return location.replace("/login");
    if (!answer.ok) throw new Error(answer.status);
    draw(await answer.json());
    showLost("");
  } catch {
    showLost("Connection lost. What you see may be old. Trying again …");
  }
  setTimeout(refresh, EVERY);
}

function draw(incidents) {
  const open = incidents.filter((incident) => incident.open);
  byId("calm").hidden = open.length > 0;
  arrange(byId("open"), open, (incident) => incident.incident, makeRow, showRow);
  arrange(byId("over"), incidents.filter((incident) => !incident.open), (incident) => incident.incident, makeRow, showRow);
  document.title = open.length ? `(${open.length}) alert` : document.title.replace(/^\(\d+\) alert$/, "Incidents");
}

function makeRow(incident) {
  const row = make("a", "row", make("b"), make("span", "rooms"), make("span", "stage"));
  row.href = `/incidents/${incident.incident}/`;
  return row;
}

function showRow(row, incident) {
  const [time, rooms, stage] = row.children;
  row.dataset.stage = incident.stage;
  say(time, timeOf(incident.opened_at));
  say(rooms, incident.rooms.replaceAll(",", ", "));
  say(stage, `${count(incident.alerts, "alert")} · ${STAGES[incident.stage]}`);
}

function showLost(words) {
  byId("lost").hidden = !words;
  say(byId("lost").firstElementChild, words);
}

byId("logout").addEventListener("click", async () => {
  await send("/logout", {});
  location.replace("/login");
});

refresh();
