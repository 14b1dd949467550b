// Answering: who you are, what you do, what you say.  What could not be sent is kept and said so.

import { byId, say, send } from "./words.js";

const rights = new Set(document.body.dataset.rights.split(" "));
const SURE = {
  cancel: "Report that this alert is cancelled? Nothing is recalled: officers still come.",
  close: "Close this incident for everybody? The lamps go out and no picture is shown any more.",
  "withdraw-link": "Withdraw every live link? Officers need the newest report to see this page again.",
};

export function startAnswering() {
  for (const element of document.querySelectorAll("[data-needs]")) element.hidden = !rights.has(element.dataset.needs);
  for (const button of document.querySelectorAll("[data-what]")) {
    button.hidden = !rights.has(button.dataset.what);
    button.addEventListener("click", () => act(button.dataset.what, "", button));
  }
  byId("answer").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = byId("text");
    if (text.value.trim()) act("message", text.value, event.submitter, () => { text.value = ""; });
  });
  for (const id of ["name", "unit"]) {
    const input = byId(id);
    if (!input) continue;
    input.value = localStorage.getItem(id) ?? "";
    input.addEventListener("change", () => localStorage.setItem(id, input.value));
  }
  byId("export")?.addEventListener("submit", (event) => { event.preventDefault(); download(event.target); });
}

/** Nothing can be done about what is over. */
export function showOver(open) {
  for (const button of document.querySelectorAll("#answer button, [data-what]")) button.disabled = !open;
}

async function act(what, text, button, then = () => {}) {
  const name = byId("name");
  if (name && !name.value.trim()) {
    say(byId("outcome"), "Give your name first: the school and the police see who answers.");
    name.focus();
    return;
  }
  if (SURE[what] && !confirm(SURE[what])) return;
  if (button) button.disabled = true;
  say(byId("outcome"), "Sending …");
  const by = [name?.value.trim(), byId("unit")?.value.trim()].filter(Boolean).join(", ");
  const problem = await send("act", { what, text, name: by });
  if (button) button.disabled = false;
  byId("outcome").dataset.bad = problem !== null;
  say(byId("outcome"), problem === null ? "Sent" : `Not sent: ${problem}. Try again.`);
  if (problem === null) then();
}

async function download(form) {
  const headers = { "content-type": "application/json", "x-csrf-token": document.body.dataset.csrf };
  const body = JSON.stringify({ reason: form.elements.reason.value });
  const answer = await fetch("export", { method: "POST", headers, body });
  if (!answer.ok) return say(byId("outcome"), (await answer.text()).trim());
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition"))?.[1] ?? "incident.zip";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  form.reset();
}
