// Sends what a person does to the console, with the word that only its own pages know.

/** Send a change; returns null, or in words why it was not taken. */
export async function send(path, fields) {
  const headers = { "content-type": "application/json", "x-csrf-token": document.body.dataset.csrf ?? "" };
  try {
    const answer = await fetch(path, {
      method: "POST", headers, body: JSON.stringify(fields), signal: AbortSignal.timeout(10000),
    });
    return answer.ok ? null : (await answer.text()).trim();
  } catch {
    return "there is no connection";
  }
}
