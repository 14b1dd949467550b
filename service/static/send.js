// Sends what a person does, who logs in again where that is asked for.

import { isAgainWanted, logInAgain, request } from "./again.js";

/** Send a change and return the answer, also one that refuses; throws where there is none in time. */
export async function post(path, fields, late) {
  const answer = await request(path, fields, late);
  if (!isAgainWanted(answer) || !await logInAgain()) return answer;
  return request(path, fields, late);
}

/** Send a change; returns null, or in words why it was not taken. */
export async function send(path, fields) {
  try {
    const answer = await post(path, fields);
    return answer.ok ? null : (await answer.text()).trim();
  } catch {
    return "there is no connection";
  }
}
