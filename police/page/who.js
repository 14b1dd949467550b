// Whose page this is.  It asks once a minute, so that it stays logged in, and hears of it when it is not.

import { byId, say } from "./elements.js";
import { send } from "./send.js";

const EVERY = 60000;
export const whose = { account: "", name: "", answers: true, out: false };
const heard = []; // called when any of it is otherwise than before

/** Call `then` now, and whenever it is another account, or none any more. */
export function onWho(then) {
  heard.push(then);
  then(whose);
}

/** Ask at once: something was refused. */
export async function askWho() {
  const before = JSON.stringify(whose);
  try {
    const answer = await fetch("/who", { signal: AbortSignal.timeout(8000) });
    whose.out = answer.status === 401;
    if (answer.ok) Object.assign(whose, await answer.json());
  } catch {
    return; // the page says by itself that the connection is lost
  }
  if (JSON.stringify(whose) !== before) for (const then of heard) then(whose);
}

onWho(({ account, out }) => {
  byId("account-nav").hidden = !account;
  say(byId("account-name"), account);
  byId("out").hidden = !out;
});
byId("leave").addEventListener("click", async () => {
  const answer = await fetch("/account/state").catch(() => null);
  if (answer?.ok) document.body.dataset.csrf = (await answer.json()).csrf;
  await send("/logout", {});
  location.replace("/login");
});
byId("leave").disabled = false;
setInterval(askWho, EVERY);
askWho();
