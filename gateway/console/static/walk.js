// The walk test: started here, ticked off as buttons are pressed, kept true by asking every second.

import { arrange, byId, lengthOf, make, say } from "./elements.js";
import { send } from "./send.js";

const EVERY = 1000;
const SURE = "Is this a real emergency? The walk test ends, and the police are told at once.";

async function refresh() {
  try {
    const answer = await fetch("/walk-test/state", { signal: AbortSignal.timeout(5000) });
    if (answer.status === 401) return location.replace("/login");
    if (answer.status === 403) return location.replace("/account");
    if (!answer.ok) throw new Error(answer.status);
    draw(await answer.json());
    showLost("");
  } catch {
    showLost("Connection lost. What you see may be old. Trying again …");
  }
  setTimeout(refresh, EVERY);
}

function draw(told) {
  byId("starting").hidden = Boolean(told.walk && told.on);
  byId("walking").hidden = !told.walk;
  if (!told.walk) return;
  for (const name of ["stop", "real"]) if (byId(name)) byId(name).hidden = !told.on;
  const state = told.on ? `ends by itself in ${lengthOf(told.left)}` : "is over";
  const real = told.real ? " A press was real, or somebody said so: it went out as an alarm." : "";
  say(byId("words"), `The walk test by ${told.by} ${state}. ${told.answered} of ${told.units.length} units answered.${real}`);
  const newest = told.units.find(({ state: pressed }) => pressed !== "not pressed");
  say(byId("newest"), newest ? newest.room : "…");
  say(byId("newest-words"), newest ? `Pressed last, says the button${newest.odd.length ? `. STANDS OUT: ${newest.odd.join("; ")}` : ""}. Is this where you stand?` : "Press a button briefly, and look at its lamp.");
  byId("page").href = `/walk-test/${told.walk}.html`;
  byId("table").href = `/walk-test/${told.walk}.csv`;
  arrange(byId("units"), told.units, (unit) => unit.unit, () => make("li", "", make("b"), make("span"), make("p")), (item, unit) => {
    const [room, state, odd] = item.children;
    item.dataset.state = unit.state;
    item.dataset.odd = unit.odd.length > 0;
    say(room, unit.room);
    say(state, [unit.state, unit.seconds === null ? "" : `${unit.seconds} s`].filter(Boolean).join(", "));
    say(odd, unit.odd.join("; "));
  });
}

function showLost(words) {
  byId("lost").hidden = !words;
  say(byId("lost").firstElementChild, words);
}

async function act(button, fields) {
  button.disabled = true;
  const refusal = await send("/walk-test", fields);
  byId("outcome").dataset.bad = refusal !== null;
  say(byId("outcome"), refusal === null ? "The gateway is told." : `Not done: ${refusal}`);
  button.disabled = false;
}

byId("start")?.addEventListener("submit", (event) => {
  event.preventDefault();
  act(event.submitter, { what: "start-exercise", names: byId("names").value, minutes: byId("minutes").value });
});
byId("stop")?.addEventListener("click", (event) => act(event.target, { what: "stop-exercise" }));
byId("real")?.addEventListener("click", (event) => { if (confirm(SURE)) act(event.target, { what: "real-emergency" }); });
for (const button of document.querySelectorAll("#start button, #stop, #real")) button.disabled = false;

refresh();
