// The page of a notice: one button, by which its person takes what the notice was about.

import { byId, say } from "./elements.js";
import { send } from "./send.js";

const take = byId("take");

take?.addEventListener("click", async () => {
  take.disabled = true;
  const refusal = await send(location.pathname, {});
  byId("outcome").dataset.bad = refusal !== null;
  say(byId("outcome"), refusal === null ? "Written down. You are not told of it again." : `Not written down: ${refusal}`);
  take.disabled = refusal === null;
});
if (take) take.disabled = false;
