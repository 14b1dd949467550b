// Who has an incident, endpoint by endpoint, and who has answered it: two facts, never one.

import { timeOf } from "./elements.js";

export const ANSWERS = {
  none: "nobody has answered", school: "a person at the school has taken it",
  receiver: "a person at the receiving side has taken it",
};

/** True if an alert of it is with nobody outside. */
export const isNowhere = (delivery) => delivery !== null && delivery.nowhere > 0;

/** "county-911 has it since 10:02:07; arc does not": an endpoint with nothing is named like the others. */
export function deliveryWords(delivery) {
  if (delivery === null) return "";
  const each = delivery.endpoints.map(({ endpoint, has, of, since }) => {
    if (since === null) return `${endpoint} does not have it`;
    return has === of ? `${endpoint} has it since ${timeOf(since)}` : `${endpoint} has ${has} of ${of} alerts`;
  });
  return [isNowhere(delivery) ? "NOT DELIVERED, call 911" : "", ...each].filter(Boolean).join("; ");
}
