// Answering an incident: who has it, what the school should know, and a sound until somebody has.

import { isOver } from "./duress.js";
import { make, say } from "./elements.js";
import { askWho, onWho, whose } from "./who.js";

const BUTTONS = {
  "acknowledge": "We have this",
  "dispatched": "Dispatched",
  "on-scene": "On scene",
  "all-clear": "All clear",
};

/** True once a person at the receiving side has taken it; what the school says is shown beside that. */
export const isTaken = (incident) => incident.taken !== null;

export function makeAnswer() {
  const name = make("input");
  Object.assign(name, { name: "name", maxLength: 60, autocomplete: "name", value: localStorage.getItem("name") ?? "" });
  const message = make("input");
  Object.assign(message, { name: "text", maxLength: 500, autocomplete: "off" });
  const buttons = Object.entries(BUTTONS).map(([what, words]) => {
    const button = make("button", what === "acknowledge" ? "take" : "", words);
    button.type = "button";
    button.addEventListener("click", () => answer(form, what));
    return button;
  });
  const form = make("form", "answer", make("p", "standing"),
    make("label", "", "Your name", name), ...buttons,
    make("label", "words", "Message to the school", message), make("button", "", "Send"), make("p", "outcome"));
  form.querySelector(".standing").setAttribute("role", "status");
  form.querySelector(".outcome").setAttribute("role", "status");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(form, "message");
  });
  return form;
}

export function showAnswer(form, incident) {
  form.dataset.sender = incident.sender;
  form.dataset.incident = incident.incident;
  form.seen = incident.alerts.map((id, place) => ({ id, presses: incident.presses[place] }));
  form.over = isOver(incident);
  form.told = incident.status !== "closed"; // a school hears of no answer once it has closed
  showWho(form);
  const { standing, school_says: school } = incident;
  const ours = isTaken(incident) ? wordsOf(standing) : "Nobody has taken this. The person at the button is waiting.";
  say(form.querySelector(".standing"), school ? `${ours} – at the school, ${wordsOf(school)}` : ours);
}

/** Who has an account answers under its name; who may see alone is shown how it stands. */
function showWho(form) {
  form.hidden = form.over === true;
  form.dataset.account = whose.name;
  form.elements.name.parentElement.hidden = whose.name !== "";
  for (const part of form.querySelectorAll("button, label")) part.classList.toggle("gone", !whose.answers);
}

onWho(() => document.querySelectorAll("form.answer").forEach(showWho));

const wordsOf = ({ by, sentence, what }) => `${by}: ${sentence || what}`;

async function answer(form, what) {
  const { name, text } = form.elements;
  const { seen } = form; // as it stands when the button is pressed, whatever comes before it is sent
  const outcome = form.querySelector(".outcome");
  if (!whose.name && !name.value.trim()) {
    say(outcome, "Give your name first.");
    return name.focus();
  }
  if (what === "message" && !text.value.trim()) {
    say(outcome, "Choose an answer, or write a message first.");
    return text.focus();
  }
  localStorage.setItem("name", name.value);
  say(outcome, "Sending …");
  const { sender, incident } = form.dataset;
  const body = JSON.stringify({ sender, incident, alerts: seen, what, name: name.value, text: what === "message" ? text.value : "" });
  try {
    const headers = { "content-type": "application/json" };
    const taken = await fetch("/answers", { method: "POST", headers, body, signal: AbortSignal.timeout(8000) });
    if (taken.status === 401) askWho();
    if (!taken.ok) throw new Error((await taken.text()).trim());
    if (what === "message") text.value = "";
    say(outcome, form.told ? "The school is told" : "Written down here; the school is not told");
  } catch (error) {
    const reason = error instanceof TypeError || error.name === "TimeoutError" ? "the receiver does not answer" : error.message;
    say(outcome, `Not sent: ${reason}`);
  }
}
