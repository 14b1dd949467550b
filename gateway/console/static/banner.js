// What every page says while a walk test is going on; a page of nobody who has logged in says nothing.

import { make, say } from "./elements.js";

const EVERY = 2000;
const banner = make("p", "rehearsal");
banner.setAttribute("role", "status");
banner.hidden = true;

async function look() {
  try {
    const answer = await fetch("/walk-test/on", { signal: AbortSignal.timeout(5000) });
    if (answer.ok) show((await answer.json()).by);
  } catch {
    // the page itself says that its connection is lost
  }
  setTimeout(look, EVERY);
}

function show(by) {
  banner.hidden = !by.length;
  say(banner, by.length ? `WALK TEST by ${by.join(", ")}: a short press is no alarm now. Hold a button for 3 s to raise one.` : "");
}

if (document.body.dataset.csrf || "walk" in document.body.dataset) {
  document.body.prepend(banner);
  look();
}
