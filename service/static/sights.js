// Marks on the plan in words, for every page: what was seen where, by whom, how long ago, and whether that is stale.

import { count, now, secondsSince, timeOf } from "./elements.js";

export const STALE_AFTER = 300; // seconds, as in wire/marks.py

/** What a mark may say, as in wire/marks.py. */
export const SIGHTS = {
  "seen": "seen here",
  "heard": "heard here",
  "hurt": "people hurt here",
  "hiding": "people hiding here",
};

const KNOWN = { account: "at the school", link: "by live link", receiver: "at the receiver" };
const AGO = [["0", "now"], ["60", "1 minute ago"], ["180", "3 minutes ago"], ["600", "10 minutes ago"]];

const AHEAD = 60000; // milliseconds: what was seen so long after now was put by a clock that was wrong

/** Nobody knows when it was seen: it would be newer than all that is true for as long as that clock was ahead. */
export const isUndated = (mark) => Date.parse(mark.seen_at) - now() > AHEAD;
export const isStale = (mark) => isUndated(mark) || secondsSince(mark.seen_at) >= STALE_AFTER;

/** How long ago it was seen: in minutes, so that nobody reads a second for a place. */
export function agoOf(mark) {
  if (isUndated(mark)) return "at an unknown time (a clock was ahead), stale";
  const minutes = Math.floor(secondsSince(mark.seen_at) / 60);
  const age = minutes < 1 ? "less than a minute ago" : minutes < 120 ? `${count(minutes, "minute")} ago` : `${Math.floor(minutes / 60)} hours ago`;
  return isStale(mark) ? `${age}, stale` : age;
}

export const personOf = (mark) => `${mark.by}, ${KNOWN[mark.known] ?? mark.known}`;

/** A mark whole, as it is spoken. */
export const spoken = (mark) => `${mark.sentence}, ${agoOf(mark)} (${timeOf(mark.seen_at)}), by ${personOf(mark)}${mark.note ? `: ${mark.note}` : ""}`;

/** Fill a choice of what was seen, and one of when. */
export function fillChoices(what, when) {
  what.append(...Object.entries(SIGHTS).map(([word, words]) => new Option(words[0].toUpperCase() + words.slice(1), word)));
  when.append(...AGO.map(([seconds, words]) => new Option(words, seconds)));
}
