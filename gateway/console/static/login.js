// Logs in.  The password is sent once and kept nowhere.

import { byId, say, send } from "./words.js";

byId("login")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  button.disabled = true;
  const problem = await send("/login", { name: form.elements.name.value, password: form.elements.password.value });
  button.disabled = false;
  if (problem === null) location.replace("/");
  else say(byId("outcome"), problem);
});
