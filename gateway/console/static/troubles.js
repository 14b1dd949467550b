// A trouble as pages show it: what it is, since when, what to do, who was told and who has taken it.

import { dayAndTime, make, say } from "./elements.js";
import { send } from "./send.js";

export function makeTrouble(trouble) {
  const told = make("div", "told", make("p"), makeTake(trouble.name));
  return make("li", "trouble", make("b"), make("span", "since"), make("p", "detail"), make("p", "meaning"), make("p", "cure"), told);
}

/** Bring it up to date; its `meaning` is not told on every page.  `nobody`: words where nobody was told. */
export function showTrouble(item, trouble, nobody = "") {
  const [name, since, detail, meaning, cure, told] = item.children;
  say(name, trouble.name);
  say(since, `since ${dayAndTime(trouble.since)}`);
  say(detail, trouble.detail);
  say(meaning, trouble.meaning ?? "");
  say(cure, plain(trouble.cure));
  const [words, button] = told.children;
  say(words, toldWords(trouble) || nobody);
  button.hidden = trouble.taken !== null || !("takes" in document.body.dataset);
}

/** The words of a cure without the signs that say what is a command. */
export const plain = (cure) => cure.replaceAll("`", "");

/** Who was told of a trouble, and who has taken it. */
export function toldWords({ told, taken }) {
  if (told === null) return "Who was told is not known: the record of notices cannot be read.";
  const who = taken ? `Taken by ${taken.by}, ${dayAndTime(taken.at)}.` : "";
  return [who, ...told.map(personWords)].filter(Boolean).join(" ");
}

function personWords({ person, at, carriers, failures }) {
  if (at) return `${person} was told ${dayAndTime(at)} by ${carriers}.`;
  return failures ? `${person} could not be told: no carrier took it.` : `${person} is being told.`;
}

/** A button by which the person at this page takes a trouble. */
function makeTake(matter) {
  const button = make("button", "take", "Take it");
  button.type = "button";
  button.addEventListener("click", async () => {
    button.disabled = true;
    const refusal = await send("/notices", { matter });
    if (refusal !== null) say(button.previousElementSibling, `Not written down: ${refusal}`);
    button.disabled = refusal === null;
  });
  return button;
}
