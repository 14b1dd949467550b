// The pictures that were kept, camera by camera: before the press, and after it.

import { arrange, byId, dayAndTime, lengthOf, make, say } from "./elements.js";

export function showPictures(told) {
  const cameras = [...new Set(told.pictures.map((picture) => picture.camera))];
  const section = byId("pictures").parentElement;
  section.hidden = !cameras.length;
  arrange(byId("pictures"), cameras, (camera) => camera, (camera) => make("div", "strip", make("h3", "", camera), make("div", "shots")), (strip, camera) => {
    const mine = told.pictures.filter((picture) => picture.camera === camera);
    arrange(strip.lastElementChild, mine, (picture) => picture.id, makeShot);
  });
}

export function fromPress(seconds) {
  const size = Math.abs(seconds);
  const words = size < 60 ? `${size.toFixed(1)} s` : lengthOf(size);
  return `${words} ${seconds < 0 ? "before" : "after"}`;
}

function makeShot(picture) {
  const image = make("img");
  image.src = `pictures/${picture.id}`;
  image.loading = "lazy";
  image.alt = `Camera ${picture.camera}, ${fromPress(picture.seconds_from_press)} the press`;
  const button = make("button", picture.seconds_from_press < 0 ? "shot before" : "shot", image,
    make("span", "", fromPress(picture.seconds_from_press)));
  button.type = "button";
  button.addEventListener("click", () => zoom(image, `${picture.camera} · ${fromPress(picture.seconds_from_press)} the press · ${dayAndTime(picture.taken_at)}`));
  return button;
}

function zoom(image, words) {
  const dialog = byId("zoom");
  dialog.querySelector("img").src = image.src;
  dialog.querySelector("img").alt = image.alt;
  say(dialog.querySelector("p"), words);
  dialog.showModal();
}
