// One's own duress word, for those who may report a false alarm.

import { makeField } from "./again.js";
import { byId, make, say } from "./elements.js";
import { send } from "./send.js";

const kept = make("p", "kept");
const outcome = make("p", "outcome");
const field = makeField("New duress word, or nothing to have none", "word", "password", "off");
const form = make("form", "", field, make("button", "", "Set it"));

async function refresh() {
  const answer = await fetch("/account/duress", { signal: AbortSignal.timeout(8000) }).catch(() => null);
  if (!answer?.ok) return;
  const { has } = await answer.json();
  say(kept, has ? "Set. Nobody can read it." : "None is set.");
  if (!form.isConnected) byId("account").append(section);
}

const section = make("section", "", make("h2", "", "Duress word"),
  make("p", "", "If somebody forces you to report a false alarm or to close an alert, use this word in the reason. "
    + "These pages then show what was wanted of you, and the police are told that you were forced."),
  kept, form, outcome);
outcome.setAttribute("role", "status");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const refusal = await send("/account/duress", { word: field.lastChild.value });
  outcome.dataset.bad = refusal !== null;
  say(outcome, refusal ?? "Saved");
  if (refusal === null) form.reset();
  refresh();
});
refresh();
