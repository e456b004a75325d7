// Small comforts of forms that work without them: fields that appear when asked for, lines that
// are added, lists that are narrowed, no second sending. Plain script, no library.
"use strict";

/** Read the values given for a field within one form. */
function given(form, name) {
  const found = form.querySelectorAll(`[name="${CSS.escape(name)}"], [name="${CSS.escape(name)}[]"]`);
  return [...found].flatMap((input) => {
    if (input.disabled) return [];
    if (input.type === "radio" || input.type === "checkbox") return input.checked ? [input.value] : [];
    if (input.tagName === "SELECT") return [...input.selectedOptions].map((option) => option.value);
    return [input.value];
  });
}

/** Show the fields that the answers so far ask for; the rest are neither shown nor sent. */
function showAsked(form) {
  for (const field of form.querySelectorAll("[data-when]")) {
    const asked = JSON.parse(field.dataset.when).every(([name, values]) =>
      given(form, name).some((value) => values.includes(value)),
    );
    field.hidden = !asked;
    for (const input of field.querySelectorAll("input, select, textarea")) input.disabled = !asked;
  }
}

/** Say how many characters are left, where a field has a limit. */
function countDown(area) {
  const left = document.getElementById(`${area.id}-left`);
  if (left) left.textContent = `${area.value.length} / ${area.maxLength}`;
}

/** Keep one empty row of a table of lines, and offer to add more. */
function prepareLines(table) {
  const rows = [...table.tBodies[0].rows];
  const isEmpty = (row) => [...row.querySelectorAll("input")].every((input) => !input.value);
  for (const row of rows.reverse()) {
    if (!isEmpty(row) || table.tBodies[0].rows.length === 1) break;
    row.remove();
  }
  const add = table.closest("fieldset").querySelector("[data-add-line]");
  add.hidden = false;
  add.addEventListener("click", () => {
    const row = table.tBodies[0].rows[0].cloneNode(true);
    const number = table.tBodies[0].rows.length + 1;
    for (const input of row.querySelectorAll("input")) {
      input.value = "";
      input.setAttribute("aria-label", `${input.dataset.label} ${number}`);
    }
    table.tBodies[0].append(row);
    row.querySelector("input").focus();
  });
}

/** Narrow a long list of bodies by name, choose all that are shown, and count. */
function preparePicks(part) {
  const tools = part.querySelector(".pick-tools");
  if (!tools) return;
  const boxes = [...part.querySelectorAll("input[type=checkbox]")];
  const count = () => {
    part.querySelector("[data-pick-count]").textContent = boxes.filter((box) => box.checked).length;
  };
  tools.hidden = false;
  tools.querySelector("[data-pick-filter]").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const box of boxes) {
      const label = box.closest("label");
      label.hidden = !label.textContent.toLowerCase().includes(wanted);
    }
  });
  tools.querySelector("[data-pick-all]").addEventListener("click", () => {
    for (const box of boxes) if (!box.closest("label").hidden) box.checked = true;
    count();
  });
  part.addEventListener("change", count);
  count();
}

/** Find a kind of matter to open by its name: open the groups it is in, hide the rest. */
function prepareOffers(part) {
  const search = part.querySelector("input[type=search]");
  const groups = [...part.querySelectorAll("details")];
  part.querySelector(".offer-search").hidden = false;
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    let found = 0;
    for (const group of groups) {
      let shown = 0;
      for (const offer of group.querySelectorAll(".offers > li")) {
        offer.hidden = !offer.textContent.toLowerCase().includes(wanted);
        if (!offer.hidden) shown += 1;
      }
      group.hidden = !shown;
      group.open = Boolean(wanted) && shown > 0;
      found += shown;
    }
    part.querySelector("[data-no-offer]").hidden = found > 0;
  });
  search.addEventListener("keydown", (event) => {
    const first = part.querySelector("details[open]:not([hidden]) li:not([hidden]) a");
    if (event.key !== "Enter" || !first) return;
    event.preventDefault();
    first.focus();
  });
}

/** Bring the tab one is on into sight, where they are too many for a narrow page. */
function showTab() {
  const tab = document.querySelector(".tabs > [aria-current]");
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
}

function openNamedPart() {
  const part = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (part && part.tagName === "DETAILS") part.open = true;
}

document.addEventListener("input", (event) => {
  if (event.target.form) showAsked(event.target.form);
  if (event.target.maxLength > 0) countDown(event.target);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});

// A page that comes back out of the browser's memory may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
window.addEventListener("hashchange", openNamedPart);

document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-sends]")) event.target.form.requestSubmit();
});

document.addEventListener("DOMContentLoaded", () => {
  for (const form of document.forms) showAsked(form);
  document.querySelectorAll("[data-lines]").forEach(prepareLines);
  document.querySelectorAll("[data-picks]").forEach(preparePicks);
  document.querySelectorAll("[data-offers]").forEach(prepareOffers);
  openNamedPart();
  showTab();
  document.querySelector("[data-focus]")?.focus();
});
