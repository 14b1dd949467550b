// One's own account: the sessions that are open, and the second factor.

import { makeField } from "./again.js";
import { arrange, byId, count, dayAndTime, make, say } from "./elements.js";
import { canUsePasskeys, makePasskey } from "./passkey.js";
import { post } from "./send.js";

const outcome = make("p", "outcome");
const who = make("p", "who");
const limited = make("p", "limited");
const factor = make("p", "state");
const offer = make("div", "offer");
const recovery = make("div", "recovery");
const passkeys = make("ul", "sessions");
const sessions = make("ul", "sessions");

const setUp = makeButton("Set up", offerFactor);
const addPasskey = makeButton("Add a passkey", offerPasskey);
const renew = makeButton("New recovery codes", () => showCodes("/account/recovery", {}));
const remove = makeButton("Turn off", () => act("/account/factor/remove", {}, "The second factor is off"));
const others = makeButton("End all others", () => act("/account/sessions", {}, "All other sessions are ended"));

function makeButton(words, then) {
  const button = make("button", "", words);
  button.type = "button";
  button.addEventListener("click", then);
  return button;
}

async function refresh() {
  const answer = await fetch("/account/state", { signal: AbortSignal.timeout(8000) }).catch(() => null);
  if (answer?.status === 401) return location.replace("/login");
  if (!answer?.ok) return tell("The server does not answer. Reload this page.", true);
  show(await answer.json());
}

function show(state) {
  document.body.dataset.csrf = state.csrf;
  say(who, `${state.name} · ${state.role}`);
  say(limited, state.limited ? "Your role needs a second factor. Set one up to go on: until then you see nothing else." : "");
  byId("back").hidden = state.limited;
  say(factor, state.has_codes
    ? `On: ${factorsOf(state)} beside the password. ${count(state.recovery_left, "recovery code")} left.`
    : "Off: the password alone opens this account.");
  say(setUp, state.has_app ? "Set up another app" : "Set up an app");
  addPasskey.hidden = state.passkeys_at !== location.hostname || !canUsePasskeys();
  arrange(passkeys, state.passkeys, (passkey) => passkey.id, makePasskeyRow, () => {});
  renew.hidden = !state.has_codes;
  remove.hidden = !state.has_app || (state.needs_codes && !state.passkeys.length);
  others.hidden = state.sessions.length < 2;
  arrange(sessions, state.sessions, (session) => session.id, makeSession, showSession);
}

function factorsOf(state) {
  if (!state.passkeys.length) return "a code of your app";
  return state.has_app ? "a code of your app, or a passkey" : "a passkey";
}

function makePasskeyRow(passkey) {
  const fields = { id: passkey.id };
  const end = makeButton("Remove", () => act("/account/passkey/remove", fields, "The passkey is removed"));
  end.setAttribute("aria-label", `Remove the passkey ${passkey.label}`);
  return make("li", "", make("b", "", passkey.label), make("span", "", `since ${dayAndTime(passkey.added)}`), end);
}

async function offerPasskey() {
  const options = await ask("/account/passkey/new", {});
  const made = options && await makePasskey(options);
  if (!made) return;
  showCodes("/account/passkey", { passkey: made, label: browserOf(navigator.userAgent) });
}

function makeSession(session) {
  const end = makeButton("End", () => act("/account/sessions", { id: session.id }, "The session is ended"));
  end.setAttribute("aria-label", `End the session from ${session.address}`);
  return make("li", "", make("b"), make("span"), session.own ? null : end);
}

function showSession(item, session) {
  say(item.children[0], session.own ? "This one" : browserOf(session.browser));
  say(item.children[1], `${session.address} · since ${dayAndTime(session.began)} · used ${dayAndTime(session.seen)}`);
}

/** A browser's name out of what it says of itself. */
function browserOf(words) {
  const name = /(Firefox|Edg|Chrome|Safari)\//.exec(words)?.[1].replace("Edg", "Edge") ?? "Another browser";
  const system = /(Android|iPhone|iPad|Windows|Macintosh|Linux)/.exec(words)?.[1];
  return system ? `${name}, ${system}` : name;
}

async function offerFactor() {
  const found = await ask("/account/factor/new", {});
  if (!found) return;
  const image = make("img");
  image.src = URL.createObjectURL(new Blob([found.svg], { type: "image/svg+xml" }));
  image.alt = "QR code for an authenticator app";
  const code = makeField("Code that the app shows", "code", "text", "one-time-code");
  Object.assign(code.lastChild, { inputMode: "numeric", required: true });
  const link = make("a", "", "Open in an app on this device");
  link.href = found.uri;
  const form = make("form", "", code, make("button", "first", "Turn on"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    showCodes("/account/factor", { code: code.lastChild.value });
  });
  offer.replaceChildren(image, make("div", "", make("p", "", "Read this with an authenticator app, or type the secret:"),
    make("p", "secret", found.secret.replace(/(.{4})/g, "$1 ").trim()), make("p", "", link), form));
  code.lastChild.focus();
}

async function showCodes(path, fields) {
  const found = await ask(path, fields);
  if (!found) return;
  offer.replaceChildren();
  if (found.recovery) recovery.replaceChildren(make("p", "", make("b", "", "Recovery codes, shown only now.")),
    make("p", "", "Keep them on paper. Each opens this account once, if your app or passkey is lost."),
    make("ul", "", ...found.recovery.map((code) => make("li", "secret", code))));
  tell("The second factor is on", false);
  refresh();
}

async function act(path, fields, done) {
  if (await ask(path, fields) !== null) tell(done, false);
  refresh();
}

/** Send a change; returns what was answered, or null where it was refused, which is said. */
async function ask(path, fields) {
  tell("", false);
  try {
    const answer = await post(path, fields);
    if (answer.ok) return answer.status === 204 ? {} : await answer.json();
    tell((await answer.text()).trim(), true);
  } catch {
    tell("There is no connection.", true);
  }
  return null;
}

function tell(words, bad) {
  outcome.dataset.bad = bad;
  say(outcome, words);
}

const factorTitle = make("h2", "", "Second factor");
const sessionsTitle = make("h2", "", "Open sessions");
outcome.setAttribute("role", "status");
limited.setAttribute("role", "status");
byId("account").append(make("h1", "", "Your account"), who, limited, outcome,
  make("section", "", factorTitle, factor, passkeys,
    make("p", "buttons", setUp, addPasskey, renew, remove), offer, recovery),
  make("section", "", sessionsTitle, sessions, make("p", "buttons", others)));
byId("logout").addEventListener("click", async () => {
  await post("/logout", {}).catch(() => {});
  location.replace("/login");
});
byId("logout").disabled = false;
refresh();
