// Logs in.  The password is sent once and kept nowhere; a code is asked for where there is one.

import { isCodeWanted, makeCodeField, request, showCode } from "./again.js";
import { byId, say } from "./elements.js";
import { makePasskeyField } from "./passkey.js";

const form = byId("login");
const button = form?.querySelector("button");
const code = makeCodeField();
const passkey = makePasskeyField(code);

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  say(byId("outcome"), await enter());
  button.disabled = false;
});

async function enter() {
  const { name, password, code: given, passkey: answered } = form.elements;
  try {
    const fields = { name: name.value, password: password.value, code: given.value, passkey: answered.value };
    const answer = await request("/login", fields);
    if (answer.ok) {
      location.replace("/");
      return "";
    }
    if (isCodeWanted(answer)) showCode(code, passkey, answer);
    return (await answer.text()).trim();
  } catch {
    return "There is no connection.";
  }
}

if (form) {
  code.hidden = true;
  form.insertBefore(code, button);
  form.insertBefore(passkey, button);
  button.disabled = false; // without this script the browser would send the password in an address
}
