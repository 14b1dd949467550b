// Answering an incident: who has it, what the school should know, and a sound until somebody has.

import { make, say } from "./words.js";

const WORDS = { "confirm": "confirmed", "on-scene": "on scene", "all-clear": "all clear" };
const TAKEN = ["confirmed", "dispatched", "on scene"];
const BUTTONS = [["confirm", "We have this"], ["dispatched", "Dispatched"], ["all-clear", "All clear"]];

const wordsOf = (answer) => WORDS[answer.what] ?? answer.what;

/** True once a person has taken it, here or at the school. */
export function isTaken(incident) {
  const last = [...incident.events.map((event) => event.what), ...incident.answers.map(wordsOf)];
  return last.some((what) => TAKEN.includes(what));
}

/** Our own answers that no report of the school has brought back yet. */
export function notYetReported(incident) {
  const known = new Set(incident.events.map((event) => `${event.what} ${event.text}`));
  return incident.answers.map((answer) => ({ ...answer, what: wordsOf(answer) })).filter(({ what, text }) => !known.has(`${what} ${text}`));
}

export function makeAnswer() {
  const name = make("input");
  Object.assign(name, { name: "name", maxLength: 60, autocomplete: "name", value: localStorage.getItem("name") ?? "" });
  const message = make("input");
  Object.assign(message, { name: "text", maxLength: 500, autocomplete: "off" });
  const buttons = BUTTONS.map(([what, words]) => {
    const button = make("button", what === "confirm" ? "take" : "", words);
    button.type = "button";
    button.addEventListener("click", () => answer(form, what));
    return button;
  });
  const form = make("form", "answer", make("p", "standing"),
    make("label", "", "Your name", name), ...buttons,
    make("label", "words", "Message to the school", message), make("button", "", "Send"), make("p", "outcome"));
  form.querySelector(".standing").setAttribute("role", "status");
  form.querySelector(".outcome").setAttribute("role", "status");
  form.addEventListener("submit", (event) => { event.preventDefault(); if (message.value.trim()) answer(form, "message"); });
  return form;
}

export function showAnswer(form, incident) {
  form.dataset.sender = incident.sender;
  form.dataset.incident = incident.incident;
  form.hidden = incident.status === "closed";
  const last = [...incident.events, ...notYetReported(incident)].filter((event) => TAKEN.includes(event.what)).at(-1);
  say(form.querySelector(".standing"), last ? `${last.by}: ${last.what}` : "Nobody has taken this. The person at the button is waiting.");
}

async function answer(form, what) {
  const { name, text } = form.elements;
  const outcome = form.querySelector(".outcome");
  if (!name.value.trim()) {
    say(outcome, "Give your name first.");
    return name.focus();
  }
  localStorage.setItem("name", name.value);
  say(outcome, "Sending …");
  const { sender, incident } = form.dataset;
  const body = JSON.stringify({ sender, incident, what, name: name.value, text: what === "message" ? text.value : "" });
  try {
    const headers = { "content-type": "application/json" };
    const taken = await fetch("/answers", { method: "POST", headers, body, signal: AbortSignal.timeout(8000) });
    if (!taken.ok) throw new Error((await taken.text()).trim());
    if (what === "message") text.value = "";
    say(outcome, "The school is told");
  } catch (error) {
    say(outcome, `Not sent: ${error.message}`);
  }
}
