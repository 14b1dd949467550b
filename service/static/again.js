// Asks a person who is logged in for the password once more, and for the code where there is one.

import { make, say } from "./elements.js";
import { canUsePasskeys, makePasskeyField } from "./passkey.js";

const AGAIN = "x-log-in-again";

/** True if an answer says that its question is taken once the person has logged in again. */
export const isAgainWanted = (answer) => answer.status === 401 && answer.headers.get(AGAIN) === "password";

/** True if an answer says that the code of the second factor is lacking, or was wrong. */
export const isCodeWanted = (answer) => ["code", "passkey"].includes(answer.headers.get(AGAIN));

/** Send JSON to our own server, with the word that only its pages know. */
export function request(path, fields, late = 10000) {
  const headers = { "content-type": "application/json", "x-csrf-token": document.body.dataset.csrf ?? "" };
  return fetch(path, { method: "POST", headers, body: JSON.stringify(fields), signal: AbortSignal.timeout(late) });
}

export function makeField(words, name, type, autocomplete) {
  const input = make("input");
  Object.assign(input, { name, type, autocomplete });
  return make("label", "", words, input);
}

export function makeCodeField() {
  const field = makeField("Code of the second factor, or a recovery code", "code", "text", "one-time-code");
  Object.assign(field.lastChild, { autocapitalize: "none", spellcheck: false });
  return field;
}

/** Ask in a dialog; resolves to true once the server has taken it, to false if the person gives up. */
export function logInAgain() {
  const password = makeField("Password", "password", "password", "current-password");
  const code = makeCodeField();
  const passkey = makePasskeyField(code);
  const outcome = make("p", "outcome");
  const go = make("button", "first", "Go on");
  const no = make("button", "", "Leave it");
  const form = make("form", "", make("h2", "", "Log in again"),
    make("p", "", "This needs your password once more."), password, code, passkey, make("p", "choices", go, no), outcome);
  const dialog = make("dialog", "again", form);
  dialog.setAttribute("aria-label", "Log in again");
  outcome.setAttribute("role", "alert");
  password.lastChild.required = true;
  code.hidden = true;
  no.type = "button";
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    let proven = false;
    no.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); resolve(proven); });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      go.disabled = true;
      const problem = await prove(form, code, passkey);
      go.disabled = false;
      say(outcome, problem ?? "");
      if (problem !== null) return;
      proven = true;
      dialog.close();
    });
  });
}

async function prove(form, code, passkey) {
  const { password, code: given, passkey: answered } = form.elements;
  try {
    const answer = await request("/login/again", { password: password.value, code: given.value, passkey: answered.value });
    if (answer.ok) return null;
    if (isCodeWanted(answer)) showCode(code, passkey, answer);
    return (await answer.text()).trim();
  } catch {
    return "There is no connection.";
  }
}

/** Ask for a second factor: a code, or a passkey where the answer says that the person has one. */
export function showCode(field, passkey, answer) {
  field.hidden = false;
  field.lastChild.required = true;
  passkey.hidden = answer.headers.get(AGAIN) !== "passkey" || !canUsePasskeys();
  (passkey.hidden ? field.lastChild : passkey.firstChild).focus();
}
