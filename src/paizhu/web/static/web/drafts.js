// Keeps what is typed on the server every few seconds, so that nothing is lost; the button
// beside the form does the same without this script.
"use strict";
{
  const WAITS = 2500;

  function prepare(form) {
    const says = form.querySelector("[data-draft-said]");
    let timer = 0;
    let changed = false;
    let sending = null;

    const say = (words) => {
      if (says) says.textContent = words;
    };

    async function keep() {
      clearTimeout(timer);
      if (!changed || form.dataset.sent) return;
      changed = false;
      sending?.abort();
      sending = new AbortController();
      try {
        const answer = await fetch(form.dataset.draft, {
          method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
          signal: sending.signal, redirect: "error",
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const { saved } = await answer.json();
        say(`${says.dataset.saved} ${saved} ${says.dataset.sealed ?? ""}`);
      } catch (error) {
        if (error.name === "AbortError") return;
        changed = true;
        say(says.dataset.failed);
      }
    }

    form.addEventListener("input", () => {
      changed = true;
      clearTimeout(timer);
      timer = setTimeout(keep, WAITS);
    });
    // What is being sent needs no draft any more, and none may come after it.
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      changed = false;
      sending?.abort();
    });
    window.addEventListener("online", keep);
    window.addEventListener("pagehide", () => {
      if (changed && !form.dataset.sent) navigator.sendBeacon(form.dataset.draft, new FormData(form));
    });
    document.addEventListener("keydown", (event) => {
      const wanted = (event.ctrlKey || event.metaKey) && event.key === "s";
      if (!wanted || !form.contains(document.activeElement)) return;
      event.preventDefault();
      changed = true;
      keep();
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form[data-draft]").forEach(prepare);
  });
}
