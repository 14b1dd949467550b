// Logs in.  The password is sent once and kept nowhere.

import { byId, say } from "./elements.js";
import { send } from "./send.js";

const form = byId("login");
const button = form?.querySelector("button");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  const problem = await send("/login", { name: form.elements.name.value, password: form.elements.password.value });
  button.disabled = false;
  if (problem === null) location.replace("/");
  else say(byId("outcome"), problem);
});

// Without this script the browser would send the password in an address.
if (button) button.disabled = false;
