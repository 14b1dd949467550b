// Answering: who you are, what you do, what you say.  What could not be sent is kept and said so.

import { chosen } from "./beside.js";
import { byId, say } from "./elements.js";
import { post, send } from "./send.js";

const rights = new Set(document.body.dataset.rights.split(" "));
const SURE = {
  cancel: "Report that this is a false alarm? Nothing is recalled: officers still come.",
  close: "Close this incident for everybody? The lamps go out and no picture is shown any more.",
  split: "Put these rooms into an incident of their own? Everybody sees two from then on.",
  join: "Put everything here into the other incident? Everybody sees one from then on.",
  "withdraw-link": "Withdraw every live link? Officers need the newest report to see this page again.",
};

// What ends the alarm in people's heads is tapped twice, within this many milliseconds.
const TWICE = new Set(["all-clear"]);
const LONG = 600000; // a whole export
const SECOND_TAP = 6000;
const MOST_NAMED = 1000; // of more the gateway takes those for seen that it holds when the answer comes
let seen = [];

export function startAnswering() {
  for (const element of document.querySelectorAll("[data-needs]")) element.hidden = !rights.has(element.dataset.needs);
  for (const button of document.querySelectorAll("[data-what]")) {
    button.hidden = !rights.has(button.dataset.what);
    button.addEventListener("click", () => {
      if (!named() || !isMeant(button)) return;
      const deed = { cancel, close, split, join }[button.dataset.what];
      if (deed) deed(button);
      else act(button.dataset.what, "", button);
    });
  }
  byId("answer").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = byId("text");
    if (!named()) return;
    if (text.value.trim()) act("message", text.value, event.submitter, () => { text.value = ""; });
    else lack("Choose an answer, or write a message first.", text);
  });
  for (const id of ["name", "unit"]) {
    const input = byId(id);
    if (!input) continue;
    input.value = localStorage.getItem(id) ?? "";
    input.addEventListener("change", () => localStorage.setItem(id, input.value));
  }
  const books = byId("export");
  if (!books) return;
  books.addEventListener("submit", (event) => { event.preventDefault(); download(event.target); });
  books.querySelector("button").disabled = false;
}

/** What stands on the screen goes with an answer: a press that comes later is not answered by it. */
export function showAlerts(alerts) {
  seen = alerts;
}

/** Those alerts; none if they are so many that the gateway takes those that it holds by then. */
export const seenAlerts = () => (seen.length <= MOST_NAMED ? seen : undefined);

/** How the person signs: an account's name is known; null if a name is asked for and not given. */
export function signature() {
  const name = byId("name");
  if (name && !name.value.trim()) return null;
  return [name?.value.trim(), byId("unit")?.value.trim()].filter(Boolean).join(", ");
}

/** Nothing can be done before the school has told how it stands, nor about what is over. */
export function showOver(open) {
  for (const button of document.querySelectorAll("#answer button, [data-what]")) button.disabled = !open;
}

/** True if it is known who answers; otherwise it is asked for. */
function named() {
  const name = byId("name");
  if (!name || name.value.trim()) return true;
  lack("Give your name first: the school and the police see who answers.", name);
  return false;
}

function lack(words, input) {
  byId("outcome").dataset.bad = true;
  say(byId("outcome"), words);
  input.focus();
}

/** True at the second tap, or at once for what needs only one. */
function isMeant(button) {
  if (!TWICE.has(button.dataset.what) || button.dataset.once) {
    calm(button);
    return true;
  }
  button.dataset.once = button.textContent;
  say(button, "Tap again: all clear");
  byId("outcome").dataset.bad = false;
  say(byId("outcome"), "Everybody will be told that the danger is over. Tap once more to say so.");
  button.waits = setTimeout(() => { calm(button); say(byId("outcome"), ""); }, SECOND_TAP);
  return false;
}

function calm(button) {
  clearTimeout(button.waits);
  if (button.dataset.once) say(button, button.dataset.once);
  delete button.dataset.once;
}

function cancel(button) {
  const reason = byId("reason");
  if (!reason.value.trim()) return lack("Say why it is a false alarm.", reason);
  act("cancel", reason.value, button, () => { reason.value = ""; });
}

function close(button) {
  const note = byId("note");
  act("close", note.value, button, () => { note.value = ""; }, { disposition: byId("disposition").value });
}

function split(button) {
  const alerts = chosen();
  if (!alerts.length || alerts.length === seen.length) return lack("Tick some of the rooms, not all.", byId("rooms-to-part"));
  act("split", "", button, () => {}, { alerts });
}

function join(button) {
  const into = byId("into");
  if (!into.value) return lack("No other incident is open.", into);
  act("join", "", button, () => {}, { into: into.value });
}

async function act(what, text, button, then = () => {}, more = {}) {
  const unheard = document.body.dataset.nowhere === "true" ? "Nobody outside the school has it: call 911. " : "";
  if (SURE[what] && !confirm(unheard + SURE[what])) return;
  if (button) button.disabled = true;
  say(byId("outcome"), "Sending …");
  const problem = await send("act", { what, text, name: signature(), alerts: seenAlerts(), ...more });
  if (button) button.disabled = document.body.dataset.open !== "true";
  byId("outcome").dataset.bad = problem !== null;
  say(byId("outcome"), problem === null ? "Sent" : `Not sent: ${problem}. Try again.`);
  if (problem === null) then();
}

async function download(form) {
  const answer = await post("export", { reason: form.elements.reason.value }, LONG);
  if (!answer.ok) return say(byId("outcome"), (await answer.text()).trim());
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition"))?.[1] ?? "incident.zip";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  form.reset();
}
