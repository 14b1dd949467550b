// What is wrong now and what was lately: since when, who was told how soon, cleared when.

import { arrange, byId, dayAndTime, lengthOf, make, say } from "./elements.js";
import { makeTrouble, showTrouble, toldWords } from "./troubles.js";

const NOBODY = "Nobody was told.";

/** Show the log of troubles; `knows`: what the page was told is of now. */
export function showLog({ troubles, usual_seconds: usual, gateway }, knows) {
  const standing = troubles.filter(({ cleared }) => !cleared);
  const over = troubles.filter(({ cleared }) => cleared);
  const key = ({ name, since }) => `${name} ${since}`;
  const isWell = knows && gateway.reach !== "no";
  say(byId("no-trouble"), standing.length || !isWell ? "" : "No trouble stands.");
  arrange(byId("troubles"), standing, key, makeTrouble, showStanding);
  byId("over-section").hidden = !over.length;
  say(byId("over-count"), String(over.length));
  arrange(byId("over"), over, key, makeOver, showOver);
  say(byId("usual"), usualWords(usual));
}

function usualWords({ told_after, cleared_after }) {
  const words = [
    told_after !== null && `a person is told ${lengthOf(told_after)} later`,
    cleared_after !== null && `it is over ${lengthOf(cleared_after)} after it began`,
  ].filter(Boolean).join(", and ");
  return words && `In half of all troubles ${words}, or sooner.`;
}

function showStanding(item, trouble) {
  item.dataset.level = trouble.level;
  showTrouble(item, trouble, NOBODY);
}

function makeOver() {
  return make("li", "trouble over", make("b"), make("span", "since"), make("p"), make("p", "cure"));
}

function showOver(item, trouble) {
  const [name, since, detail, told] = item.children;
  say(name, trouble.name);
  say(since, `${dayAndTime(trouble.since)}, cleared after ${lengthOf(trouble.seconds)}`);
  say(detail, trouble.detail);
  say(told, [toldWords(trouble) || NOBODY, soon(trouble)].filter(Boolean).join(" "));
}

function soon({ told_after }) {
  return told_after === null ? "" : `The first person knew after ${lengthOf(told_after)}.`;
}
