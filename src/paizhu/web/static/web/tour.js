// The first look round: a card beside one part of the page after the other. Arrow keys and Tab work,
// Escape ends it; what is not on the page is left out. Without this script the same is on a page.
"use strict";
{
  const offer = document.querySelector("[data-tour]");
  const steps = JSON.parse(document.getElementById("tour-steps").textContent)
    .map((step) => ({ ...step, part: document.querySelector(step.at) }))
    .filter((step) => step.part && step.part.getClientRects().length);
  const start = offer.querySelector("[data-tour-start]");
  let card = null;
  let number = 0;

  function button(words, css, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `btn btn-small ${css}`;
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  }

  function begin() {
    card = document.createElement("div");
    card.className = "tour-card";
    card.popover = "manual";
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-labelledby", "tour-step");
    card.tabIndex = -1;
    card.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === "Escape") end();
      else if (by && steps[number + by]) show(number + by);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    offer.after(card);
    show(0);
  }

  function show(to) {
    steps[number].part.classList.remove("tour-at");
    number = to;
    const { part, title, text } = steps[number];
    const head = document.createElement("h2");
    head.id = "tour-step";
    head.textContent = title;
    const words = document.createElement("p");
    words.textContent = text;
    const count = document.createElement("span");
    count.className = "small soft";
    count.textContent = `${number + 1} / ${steps.length}`;
    const foot = document.createElement("div");
    foot.className = "tour-foot";
    const isLast = number === steps.length - 1;
    const back = button(offer.dataset.back, "btn-plain", () => show(number - 1));
    back.disabled = number === 0;
    const on = button(isLast ? offer.dataset.done : offer.dataset.next, "btn-main", () => (isLast ? end() : show(number + 1)));
    foot.append(count, button(offer.dataset.close, "btn-plain", end), back, on);
    card.replaceChildren(head, words, foot);
    part.classList.add("tour-at");
    part.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    if (!card.matches(":popover-open")) card.showPopover();
    place(part.getBoundingClientRect());
    on.focus();
  }

  /** Below the part, else above it, else in the middle: never over the edge. */
  function place(at) {
    const { offsetWidth: wide, offsetHeight: high } = card;
    const beside = at.right + 12 + wide < innerWidth && at.height > innerHeight / 2;
    const left = beside ? at.right + 12 : Math.min(at.left, innerWidth - wide - 12);
    let top = beside ? at.top : at.bottom + 10;
    if (top + high > innerHeight - 12) top = at.top - high - 10;
    if (top < 12) top = innerHeight - high - 12;
    card.style.left = `${Math.max(12, left)}px`;
    card.style.top = `${Math.max(12, top)}px`;
  }

  async function end() {
    steps[number].part.classList.remove("tour-at");
    card.remove();
    const form = offer.querySelector("form");
    offer.hidden = true;
    document.getElementById("main").focus();
    await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    offer.remove();
  }

  if (steps.length && HTMLElement.prototype.showPopover) {
    start.hidden = false;
    start.addEventListener("click", begin);
  }
}
