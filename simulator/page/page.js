// Shows the school as its pins are, and presses its buttons.  It decides nothing and pretends nothing:
// a lamp here is lit while the pin is high.

// The card beside each button: the sign, and what it means.
const MEANING = {
  "off": "",
  "fast blink": "sending",
  "slow blink": "school has it",
  "solid": "police have it",
  "long gap": "police have it; the school answers",
  "double pulse": "a person there has it",
  "NOT DELIVERED": "call 911",
  "NOT DELIVERED, answered": "call 911; only the school knows",
};
const STAGES = ["PRESSED", "STORED", "RECEIVED", "DELIVERED"];
const LATER = ["CLOSED"];
const ANSWERS = { none: "", school: "a person at the school has taken it", receiver: "a person at the receiving side has taken it" };
// A mouse is let go sooner than any hand leaves a button.
const SHORTEST_MS = 100;
const MOST_SHOWN = 50;

const find = (selector) => document.querySelector(selector);
const rooms = new Map();

function draw(school) {
  find("#site").textContent = school.site;
  find("#police").src = find("#police-link").href = `${school.police}/`;
  for (const room of school.rooms) {
    const sheet = find(`[data-floor="${CSS.escape(room.floor)}"] .rooms`);
    const button = find("#room").content.firstElementChild.cloneNode(true);
    button.dataset.room = room.room;
    button.style.left = `${room.x}%`;
    button.style.top = `${room.y}%`;
    button.querySelector(".name").textContent = room.name;
    giveHand(button, room.room);
    sheet?.append(button);
    rooms.set(room.room, { button, name: room.name });
    showLamp({ room: room.room, lit: false, sign: null });
  }
}

// One queue for each button: what it is told is done in turn, and never shorter than a touch.
function giveHand(button, room) {
  let doing = Promise.resolve();
  let down = null;
  const move = (what) => fetch(`rooms/${encodeURIComponent(room)}/${what}`, { method: "POST", keepalive: true });
  const then = (step) => { doing = doing.then(step).catch(() => setLink("lost")); };

  const push = () => {
    if (down !== null) return;
    down = performance.now();
    button.dataset.down = "";
    then(() => move("push"));
  };
  const letGo = () => {
    if (down === null) return;
    const rest = SHORTEST_MS - (performance.now() - down);
    down = null;
    then(async () => {
      await new Promise((done) => setTimeout(done, Math.max(0, rest)));
      await move("let-go");
      delete button.dataset.down;
    });
  };

  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    push();
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) button.addEventListener(name, letGo);
  button.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!event.repeat) push();
  });
  button.addEventListener("keyup", letGo);
  // A screen reader's click comes with neither pointer nor key.
  button.addEventListener("click", (event) => { if (event.detail === 0) then(() => move("press")); });
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  window.addEventListener("pagehide", letGo);
}

function showLamp(lamp) {
  const { button, name } = rooms.get(lamp.room) ?? {};
  if (!button) return;
  button.toggleAttribute("data-lit", lamp.lit);
  if (lamp.sign === null && button.dataset.sign !== undefined) return; // not sure yet: keep the last
  const sign = lamp.sign ?? "off";
  if (button.dataset.sign === sign) return;
  button.dataset.sign = sign;
  button.querySelector(".sign b").textContent = sign === "off" ? "" : sign;
  button.querySelector(".sign span").textContent = MEANING[sign];
  button.setAttribute("aria-label", `Panic button, ${name}. Lamp ${sign}. ${MEANING[sign]}`.trim());
}

function showPress(press) {
  const list = find("#presses");
  let item = list.querySelector(`[data-alert="${CSS.escape(press.alert)}"]`);
  if (!item) {
    item = find("#press").content.firstElementChild.cloneNode(true);
    item.dataset.alert = press.alert;
    item.querySelector(".where").textContent = rooms.get(press.room)?.name ?? press.room;
    const at = new Date(press.at);
    item.querySelector("time").textContent = at.toLocaleTimeString([], { hourCycle: "h23" });
    item.querySelector("time").dateTime = press.at;
    list.prepend(item);
    while (list.children.length > MOST_SHOWN) list.lastElementChild.remove();
  }
  const shown = [...STAGES, ...LATER.filter((stage) => stage in press.stages)];
  const top = shown.findLastIndex((stage) => stage in press.stages);
  const stages = shown.map((stage, n) => showStage(stage, press.stages[stage], n < top));
  item.querySelector(".stages").replaceChildren(...stages);
  item.querySelector(".answer").textContent = ANSWERS[press.answer];
}

// A ladder may be climbed two rungs at a time: STORED is passed when the gateway is the faster.
function showStage(stage, after, below) {
  const item = document.createElement("li");
  const reached = after !== undefined;
  item.className = reached ? "reached" : below ? "passed" : "";
  item.textContent = stage;
  const time = document.createElement("b");
  time.textContent = reached ? inWords(after) : below ? "passed" : "…";
  item.append(time);
  return item;
}

const inWords = (ms) => (ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(1)} s`);

// The plug is pulled in earnest: the receiver's process loses its power, and knows nothing of it.
function showPlug({ pulled }) {
  const button = find("#plug");
  // A page that was opened without power could not load what the police see.
  if (button.dataset.pulled === "true" && !pulled) find("#police").src = find("#police-link").href;
  button.dataset.pulled = pulled;
  button.disabled = false;
  button.textContent = pulled ? "Put the plug in again" : "Pull the receiver's plug";
  find("#no-power").textContent = pulled
    ? "The receiver has no power. Press a button: 15 s later its lamp shows NOT DELIVERED." : "";
}

find("#plug").addEventListener("click", async (event) => {
  const move = event.target.dataset.pulled === "true" ? "put-in" : "pull";
  try {
    await fetch(`plug/${move}`, { method: "POST" });
  } catch {
    setLink("lost");
  }
});

function setLink(state) {
  document.body.dataset.link = state;
  find("#link").textContent = { up: "the school is live", lost: "the simulator has ended, or cannot be reached" }[state];
}

function listen() {
  const live = new EventSource("live");
  const on = (name, show) => live.addEventListener(name, (event) => show(JSON.parse(event.data)));
  on("all", (all) => {
    all.lamps.forEach(showLamp);
    find("#presses").replaceChildren();
    all.presses.forEach(showPress);
    showPlug(all.plug);
    setLink("up");
  });
  on("lamp", showLamp);
  on("press", showPress);
  on("plug", showPlug);
  live.addEventListener("error", () => setLink("lost"));
}

draw(await (await fetch("school")).json());
listen();
