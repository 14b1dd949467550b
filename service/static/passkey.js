// Passkeys: keys that a browser or a device keeps for this site, where the site offers them.

import { request } from "./again.js";
import { make } from "./elements.js";

/** True if this browser can make and use them; what is needed of it is no older than 2025. */
export const canUsePasskeys = () =>
  window.isSecureContext && typeof PublicKeyCredential?.parseCreationOptionsFromJSON === "function";

/** Have a key made; returns what the server is told of it, or null if the person gives up. */
export function makePasskey(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return answered(() => navigator.credentials.create({ publicKey }));
}

/** Have a key answer; returns what the server is told, or null if there is none or the person gives up. */
export async function answerByPasskey() {
  const asked = await request("/login/passkey", {});
  if (!asked.ok) return null;
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await asked.json());
  return answered(() => navigator.credentials.get({ publicKey }));
}

async function answered(ask) {
  try {
    return JSON.stringify(await ask());
  } catch {
    return null;
  }
}

/** A button whose passkey's answer its form sends in the place of a code, as field `passkey`. */
export function makePasskeyField(code) {
  const button = make("button", "", "Use a passkey");
  const answer = make("input");
  const field = make("p", "passkey", button, answer);
  Object.assign(answer, { type: "hidden", name: "passkey" });
  button.type = "button";
  field.hidden = true;
  button.addEventListener("click", async () => {
    answer.value = await answerByPasskey() ?? "";
    if (!answer.value) return;
    code.lastChild.required = false;
    button.form.requestSubmit();
    answer.value = "";
    code.lastChild.required = true;
  });
  return field;
}
