"use strict";
/* Thirty days in ten seconds. Without this script every scenario stands on the page in its final state. */
(() => {
  /* A link that leads to a tool opens it. */
  const reveal = () => { const tool = document.querySelector("details:target"); for (let one = tool; one; one = one.parentElement.closest("details")) one.open = true; };
  addEventListener("hashchange", reveal);
  reveal();

  const root = document.querySelector("[data-play]");
  if (!root) return;
  document.documentElement.classList.add("js");
  const scenes = [...root.querySelectorAll("[data-scenario]")];
  const powers = [...root.querySelectorAll("[data-choose]")];
  const slider = root.querySelector("input[type=range]");
  const clock = root.querySelector(".clock");
  const button = root.querySelector(".play");
  /* What stops at once goes out one lamp after the other in the first part: all in one blink nobody would see. */
  const HOURS = 720, SECONDS = 10, FIRST = 0.35;
  let scene = scenes[0], timer = 0, waiting = 0, begun = 0;

  const show = (hours) => {
    for (const lamp of scene.querySelectorAll("[data-after]")) lamp.classList.toggle("out", Number(lamp.dataset.after) <= hours);
    for (const lamp of scene.querySelectorAll("[data-weaker]")) lamp.classList.toggle("weak", Number(lamp.dataset.weaker) <= hours);
    const day = Math.ceil(hours / 24);
    clock.textContent = clock.dataset.day.replace("%", String(day));
    slider.value = String(hours);
    slider.setAttribute("aria-valuetext", clock.textContent);
  };
  const stop = () => {
    clearTimeout(waiting);
    cancelAnimationFrame(timer);
    timer = waiting = 0;
    button.textContent = button.dataset.play;
  };
  const frame = (now) => {
    const share = Math.min(1, Math.max(0, now - begun) / 1000 / SECONDS);
    const hours = (HOURS * Math.max(0, share - FIRST)) / (1 - FIRST);
    show(hours);
    const atOnce = [...scene.querySelectorAll('[data-after="0"]')];
    atOnce.slice(Math.floor((atOnce.length * share) / FIRST)).forEach((lamp) => lamp.classList.remove("out"));
    if (hours < HOURS) timer = requestAnimationFrame(frame);
    else stop();
  };
  const play = () => {
    if (timer || waiting) return stop();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return show(HOURS);
    for (const lamp of scene.querySelectorAll(".out")) lamp.classList.remove("out");
    for (const lamp of scene.querySelectorAll(".weak")) lamp.classList.remove("weak");
    button.textContent = button.dataset.pause;
    waiting = setTimeout(() => { waiting = 0; begun = performance.now(); timer = requestAnimationFrame(frame); }, 700);
  };
  const choose = (index) => {
    stop();
    scene = scenes[index];
    scenes.forEach((one, place) => { one.hidden = place !== index; });
    powers.forEach((one, place) => one.setAttribute("aria-pressed", String(place === index)));
    show(HOURS);
  };
  powers.forEach((one, index) => one.addEventListener("click", () => choose(index)));
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  button.addEventListener("click", play);
  addEventListener("beforeprint", () => { stop(); for (const one of scenes) for (const lamp of one.querySelectorAll("[data-after]")) lamp.classList.add("out"); });
  choose(0);
})();
