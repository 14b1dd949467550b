// Reads the live stream: multipart parts of all cameras over one connection, each with its time.

const AGAIN = 1000;
// The school says something every 2 s.  After a sleep a connection may be dead without a word, and
// so may others that the browser still holds: each is given up soon, and the next one is tried.
const SILENCE = 5000;
const ANSWER = 3000;

/** Watch cameras and call `show(camera, at, jpeg, reason)` for each part, until `stop` is called. */
export function watch(cameras, show) {
  const control = new AbortController();
  run(cameras, show, control.signal);
  return () => control.abort();
}

async function run(cameras, show, signal) {
  const query = cameras.map((camera) => `camera=${encodeURIComponent(camera)}`).join("&");
  while (!signal.aborted) {
    const patience = patient(signal);
    try {
      patience.within(ANSWER);
      const answer = await fetch(`watch?${query}`, { signal: patience.signal });
      if (answer.ok) await read(answer.body.getReader(), show, patience);
    } catch {
      // The connection is gone, or nobody watches any more: the ages on the page say so.
    }
    patience.end();
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}

/** A signal that aborts with `signal`, or by itself when it was not told to wait on. */
function patient(signal) {
  const control = new AbortController();
  const abort = () => control.abort();
  signal.addEventListener("abort", abort);
  let timer = 0;
  return {
    signal: control.signal,
    within: (ms) => { clearTimeout(timer); timer = setTimeout(abort, ms); },
    end: () => { clearTimeout(timer); signal.removeEventListener("abort", abort); abort(); },
  };
}

async function read(reader, show, patience) {
  let kept = new Uint8Array(0);
  for (;;) {
    patience.within(SILENCE);
    const { done, value } = await reader.read();
    if (done) return;
    kept = join(kept, value);
    for (let part; (part = cut(kept)); kept = part.rest) tell(part, show);
  }
}

function tell({ head, body }, show) {
  const camera = head.get("x-camera");
  if (!camera) return; // only a sign of life
  if (head.get("content-type") === "image/jpeg") show(camera, head.get("x-at"), body, null);
  else show(camera, head.get("x-at"), null, new TextDecoder().decode(body));
}

/** Return the first whole part, or null if more must come first. */
function cut(bytes) {
  const end = find(bytes);
  if (end < 0) return null;
  const lines = new TextDecoder().decode(bytes.subarray(0, end)).split("\r\n");
  const head = new Map(lines.filter((line) => line.includes(": ")).map((line) => {
    const at = line.indexOf(": ");
    return [line.slice(0, at).toLowerCase(), line.slice(at + 2)];
  }));
  const from = end + 4;
  const to = from + Number(head.get("content-length"));
  if (bytes.length < to + 2) return null;
  return { head, body: bytes.slice(from, to), rest: bytes.subarray(to + 2) };
}

function find(bytes) {
  for (let at = 0; at + 3 < bytes.length; at += 1) {
    if (bytes[at] === 13 && bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at;
  }
  return -1;
}

function join(one, other) {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
