// What stands around a page: menus, keys, the palette, why-floats, toasts, the way back.
// Everything here is a comfort: each link and form works without it.
"use strict";
{
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const isTyping = (element) => Boolean(element?.closest("input, select, textarea, [contenteditable]"));

  // --- menus and folds -------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-keys]")) showKeys();
    if (event.target.closest("[data-palette]")) openPalette();
  });

  function escape() {
    const menu = $("details.menu[open]");
    if (menu) {
      menu.open = false;
      $("summary", menu).focus();
    } else if (isTyping(document.activeElement)) document.activeElement.blur();
  }

  function showKeys() {
    for (const menu of all("details.menu[open]")) menu.open = false;
    $("#keys")?.showModal();
  }

  // --- the way back: the list one came from, as one left it ------------------------------------

  const TRAIL = "paizhu-list";
  function keepTrail() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(TRAIL) ?? "{}");
      for (const link of all("[data-up], nav.crumbs a")) {
        const path = new URL(link.href).pathname;
        if (kept[path]) link.href = path + kept[path];
      }
      if ($("[data-row]")) kept[location.pathname] = location.search;
      sessionStorage.setItem(TRAIL, JSON.stringify(kept));
    } catch {
      // A browser that keeps nothing leads to the whole list.
    }
  }

  // --- keys ------------------------------------------------------------------------------------

  const rows = () => all("[data-row]").filter((row) => row.offsetParent !== null);
  function step(by) {
    const found = rows();
    if (!found.length) return;
    const now = found.indexOf(document.activeElement);
    const next = found[Math.min(Math.max(now + by, 0), found.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
  const focusFirst = (...selectors) => {
    for (const selector of selectors) {
      const found = all(selector).find((element) => element.offsetParent !== null);
      if (found) {
        found.scrollIntoView({ block: "center" });
        return found.focus();
      }
    }
  };
  const KEYS = {
    "/": () => $("#search")?.select() ?? $("#search")?.focus(),
    "?": showKeys,
    j: () => step(1),
    k: () => step(-1),
    o: () => document.activeElement?.matches("[data-row]") && document.activeElement.click(),
    x: () => $("input[type=checkbox]", document.activeElement?.closest("tr, li") ?? document.body)?.click(),
    n: () => $("#new")?.focus(),
    a: () => focusFirst("form[action$='/sign/'] button", ".asked .act > summary", ".act > summary"),
    w: () => focusFirst("a[data-why]", "main a.chip"),
    u: () => ($("[data-up]") ?? all("nav.crumbs a").at(-1))?.click(),
  };
  let leader = 0;
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.defaultPrevented) return;
    const pressed = event.key;
    if (event.ctrlKey || event.metaKey) {
      if (pressed === "k") {
        event.preventDefault();
        openPalette();
      } else if (pressed === "Enter" && document.activeElement?.form) document.activeElement.form.requestSubmit();
      return;
    }
    if (pressed === "Escape") return escape();
    if (isTyping(event.target) || $("dialog[open]")) return;
    if (leader && event.timeStamp - leader < 1500) {
      leader = 0;
      const place = $(`[data-go="${CSS.escape(pressed)}"]`);
      if (place) {
        event.preventDefault();
        place.click();
      }
      return;
    }
    leader = pressed === "g" ? event.timeStamp : 0;
    if (!(pressed in KEYS)) return;
    event.preventDefault();
    KEYS[pressed]();
  });

  // --- the palette -----------------------------------------------------------------------------

  const palette = $("#palette");
  const input = $("#palette-input");
  const list = $("#palette-list");
  let asked = 0;

  function openPalette() {
    if (!palette || palette.open) return;
    input.value = "";
    palette.showModal();
    input.focus();
    draw([]);
  }

  const fits = (words, wanted) => wanted.split(/\s+/).every((word) => words.toLowerCase().includes(word));
  function own(wanted) {
    const places = all("[data-go]").map((link) => ({
      title: link.textContent.trim(), detail: `g ${link.dataset.go}`, url: link.href,
      words: `${link.textContent} ${link.dataset.find}`,
    }));
    const acts = all(".act > summary, [data-command]").map((act) => ({
      title: ($("strong", act) ?? act).textContent.trim(), detail: "", act, words: act.textContent,
    }));
    const of = (items) => items.filter((item) => fits(item.words, wanted));
    return [
      { title: palette.dataset.actions, items: of(acts) },
      { title: palette.dataset.pages, items: of(places) },
    ];
  }

  const path = (url) => (url ? new URL(url, location.href).pathname : "");
  function draw(found, note = "") {
    const wanted = input.value.trim().toLowerCase();
    // What is near comes first; what the server finds as well is not said twice.
    const near = own(wanted);
    const said = new Set(near.flatMap((group) => group.items.map((item) => path(item.url))));
    const far = found.map((group) => ({
      ...group, items: group.items.filter((item) => !said.has(path(item.url))),
    }));
    const groups = [...near, ...far].filter((group) => group.items.length);
    list.replaceChildren();
    let number = 0;
    for (const group of groups) {
      const title = document.createElement("div");
      title.className = "of";
      title.role = "presentation";
      title.textContent = group.title;
      list.append(title);
      for (const item of group.items) list.append(option(item, (number += 1)));
    }
    for (const words of [number ? "" : palette.dataset.none, note].filter(Boolean)) {
      const said = document.createElement("div");
      said.className = "of";
      said.textContent = words;
      list.append(said);
    }
    choose($("[role=option]", list));
  }

  function option(item, number) {
    const line = document.createElement(item.url ? "a" : "div");
    line.role = "option";
    line.id = `palette-${number}`;
    line.tabIndex = -1;
    if (item.url) line.href = item.url;
    else line.addEventListener("click", () => take(item.act));
    for (const words of [item.title, item.detail ?? ""]) {
      const part = document.createElement("span");
      part.textContent = words;
      line.append(part);
    }
    return line;
  }

  function take(act) {
    palette.close();
    if (act.tagName === "SUMMARY") act.parentElement.open = true;
    act.focus();
    act.scrollIntoView({ block: "center" });
    if (act.tagName !== "SUMMARY") act.click();
  }

  function choose(line) {
    for (const other of all("[role=option]", list)) other.setAttribute("aria-selected", String(other === line));
    if (line) input.setAttribute("aria-activedescendant", line.id);
    else input.removeAttribute("aria-activedescendant");
    line?.scrollIntoView({ block: "nearest" });
  }

  async function ask() {
    const number = (asked += 1);
    const wanted = input.value.trim();
    draw([]);
    if (!wanted || !palette.dataset.quick) return;
    await new Promise((done) => setTimeout(done, 120));
    if (number !== asked) return;
    try {
      const answer = await fetch(`${palette.dataset.quick}?q=${encodeURIComponent(wanted)}`);
      const told = answer.ok ? await answer.json() : {};
      if (answer.ok && number === asked) draw(told.groups ?? [], told.note);
    } catch {
      // Without an answer the pages and the acts of this page are still there.
    }
  }

  input?.addEventListener("input", ask);
  input?.addEventListener("keydown", (event) => {
    const lines = all("[role=option]", list);
    const now = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const by = event.key === "ArrowDown" ? 1 : -1;
      if (lines.length) choose(lines[(now + by + lines.length) % lines.length]);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (lines[now]) lines[now].click();
      else location.assign(`${palette.dataset.search}?q=${encodeURIComponent(input.value.trim())}`);
    }
  });
  palette?.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });

  // --- why: the page that explains, shown beside what it explains -----------------------------------

  const canFloat = "popover" in HTMLElement.prototype;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-why], main a.chip[href]");
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (!link || !plain || !canFloat || link.closest("#why-float")) return;
    event.preventDefault();
    explain(link).catch(() => location.assign(link.href));
  });

  async function explain(link) {
    const answer = await fetch(link.href);
    if (!answer.ok || answer.redirected) return location.assign(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const parts = all("[data-why-part]", page);
    if (!parts.length) return location.assign(link.href);
    float(link, parts.map((part) => document.importNode(part, true)), page.documentElement.lang);
  }

  function float(link, parts) {
    $("#why-float")?.remove();
    const box = document.createElement("div");
    box.id = "why-float";
    box.className = "why-float";
    box.popover = "auto";
    box.tabIndex = -1;
    for (const part of parts) for (const named of all("[id]", part)) named.removeAttribute("id");
    const foot = document.createElement("div");
    foot.className = "why-foot";
    const whole = document.createElement("a");
    whole.href = link.href;
    whole.textContent = document.documentElement.lang === "en" ? "Open as a page" : "打开说明页";
    foot.append(whole);
    box.append(...parts, foot);
    link.after(box);
    box.addEventListener("toggle", (event) => {
      if (event.newState === "closed") {
        box.remove();
        link.focus();
      }
    });
    box.showPopover();
    place(box, link.getBoundingClientRect());
    box.focus();
  }

  function place(box, at) {
    const left = Math.min(at.left, innerWidth - box.offsetWidth - 12);
    const below = at.bottom + 6 + box.offsetHeight < innerHeight;
    box.style.left = `${Math.max(12, left)}px`;
    box.style.top = `${below ? at.bottom + 6 : Math.max(12, at.top - box.offsetHeight - 6)}px`;
  }

  // --- toasts -----------------------------------------------------------------------------------------

  const STAYS = 9000;
  function prepareToast(toast) {
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", document.documentElement.lang === "en" ? "Close" : "关闭");
    close.addEventListener("click", () => toast.remove());
    toast.append(close);
    let left = setTimeout(() => toast.remove(), STAYS);
    toast.addEventListener("pointerenter", () => clearTimeout(left));
    toast.addEventListener("focusin", () => clearTimeout(left));
    toast.addEventListener("pointerleave", () => (left = setTimeout(() => toast.remove(), STAYS / 3)));
  }

  document.addEventListener("DOMContentLoaded", () => {
    keepTrail();
    all(".toast-say").forEach(prepareToast);
    for (const hidden of all("[data-palette], button[data-keys]")) hidden.hidden = false;
    $(".rail a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}
