// Keys of the stack of approvals: a and r bring the decision under the hand, Enter makes it; j and k
// go to the next and the one before. The page works without.
"use strict";

/** Press what a key stands for; a signature is brought into focus first and given by Enter. */
function decide(key) {
  const part = document.querySelector(`[data-decide="${key}"]`);
  if (!part) return false;
  if (part.tagName === "A") part.click();
  else part.focus();
  return true;
}

/** Open the form to return, where the reasons are asked for. */
function openReturn() {
  const part = document.querySelector("[data-return]");
  if (!part) return false;
  part.open = true;
  part.querySelector("textarea")?.focus();
  return true;
}

document.addEventListener(
  "keydown",
  (event) => {
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const done = event.key === "r" ? openReturn() : "ajk".includes(event.key) && decide(event.key);
    if (!done && !("jka".includes(event.key) && document.querySelector("[data-decide]"))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
