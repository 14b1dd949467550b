// Somebody at the school was forced to call it off: it goes on here until a dispatcher says all clear.

import { say } from "./elements.js";

const told = ({ events }) => events.findLast(({ what }) => what === "duress");

export const isForced = (incident) => told(incident) !== undefined;

/** True once it is closed, and by no forced person, or by one of whom a dispatcher said all clear. */
export const isOver = (incident) =>
  incident.status === "closed" && !(isForced(incident) && incident.standing?.what !== "all-clear");

/** The one who forces that person sees nothing of this on the school's pages. */
export function showDuress(line, incident) {
  const duress = told(incident);
  line.hidden = !duress;
  say(line, duress ? `DURESS – ${duress.by} was forced to call this off. It is real. Say nothing of it in a message to the school.` : "");
}
