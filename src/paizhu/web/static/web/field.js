// What is recorded is sealed for the server, kept on this phone, and sent as soon as somebody is
// signed in and on line. Every record has a key of its own: sent twice, it is recorded once.
"use strict";
{
  const STORE = "records";
  const CAN = Boolean(globalThis.crypto?.subtle && globalThis.indexedDB && navigator.serviceWorker);
  const form = document.getElementById("field-form");
  const line = document.getElementById("line");
  const kept = document.getElementById("kept");
  const list = document.getElementById("kept-list");
  const words = document.getElementById("kept-line");
  const person = Number(form.dataset.person);
  let token = "";
  let isOut = false;
  let sending = null;

  // --- kept on this phone -----------------------------------------------------------------------------

  function store(mode, work) {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open("paizhu-field", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "key" });
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const base = opening.result;
        const change = base.transaction(STORE, mode);
        const asked = work(change.objectStore(STORE));
        change.oncomplete = () => { base.close(); resolve(asked?.result); };
        change.onerror = change.onabort = () => { base.close(); reject(change.error); };
      };
    });
  }
  const all = () => store("readonly", (records) => records.getAll());
  const put = (record) => store("readwrite", (records) => records.put(record));
  const drop = (key) => store("readwrite", (records) => records.delete(key));

  // --- the seal ------------------------------------------------------------------------------------------

  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  function long(buffer) {
    let signs = "";
    for (const byte of new Uint8Array(buffer)) signs += String.fromCharCode(byte);
    return btoa(signs);
  }

  async function seal(plain, key) {
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const theirs = await crypto.subtle.importKey("raw", bytes(form.dataset.public), curve, false, []);
    const ours = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
    const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
    const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
    const encoder = new TextEncoder();
    const derived = await crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encoder.encode("paizhu field 1") },
      base, { name: "AES-GCM", length: 256 }, false, ["encrypt"],
    );
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    const bound = encoder.encode(`${person}:${key}`);
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: bound }, derived, encoder.encode(plain));
    const point = await crypto.subtle.exportKey("raw", ours.publicKey);
    return JSON.stringify({ point: text(point), nonce: text(nonce), sealed: long(sealed) });
  }

  // --- sending -------------------------------------------------------------------------------------------

  /** Ask whether somebody is signed in, and who; a phone that is sure of nothing keeps everything. */
  async function ready() {
    try {
      const answer = await fetch(form.dataset.ready, { redirect: "manual", cache: "no-store" });
      isOut = answer.type === "opaqueredirect";
      if (!answer.ok) return null;
      const found = await answer.json();
      token = found.csrf;
      return found;
    } catch {
      isOut = false;
      return null;
    }
  }

  async function sendOne(record) {
    const body = new URLSearchParams({ key: record.key, envelope: record.envelope });
    const answer = await fetch(form.dataset.send, {
      method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": token },
    });
    if (answer.type === "opaqueredirect") { isOut = true; return; }
    if (answer.status !== 200 && answer.status !== 422) return;
    const said = await answer.json();
    // What arrived is not kept any longer: only that it did, and under which number.
    if (said.state === "sent") await settle(record, { key: record.key, person: record.person, at: record.at, state: "sent", ref: said.ref, url: said.url });
    else await settle(record, { ...record, state: "conflict", say: said.say });
  }

  /** Write down what became of a record, unless it was mended while it was on its way. */
  function settle(record, outcome) {
    return store("readwrite", (records) => {
      const asked = records.get(record.key);
      asked.onsuccess = () => {
        if (asked.result?.envelope === record.envelope) records.put(outcome);
      };
    });
  }

  /** Send what is kept, one sending after the other; what was refused only when somebody asks. */
  function flush(states = ["kept"]) {
    sending = (sending ?? Promise.resolve()).then(async () => {
      const here = await ready();
      for (const record of await all()) {
        if (!here || !states.includes(record.state) || record.person !== here.person) continue;
        try { await sendOne(record); } catch { break; }
      }
      await show(here);
    });
    return sending;
  }

  // --- what stands on the page ------------------------------------------------------------------------------

  async function show(here) {
    const state = isOut ? "out" : here ? "on" : "off";
    line.textContent = line.dataset[state];
    line.classList.toggle("off", state !== "on");
    const records = (await all()).sort((one, other) => other.at - one.at);
    kept.hidden = !records.length;
    list.replaceChildren(...records.map(drawn));
  }

  function drawn(record) {
    const item = words.content.firstElementChild.cloneNode(true);
    const isOther = record.person !== person;
    const state = item.querySelector(".stamp");
    state.textContent = words.dataset[record.state];
    state.classList.add({ sent: "met", conflict: "late" }[record.state] ?? "due");
    item.dataset.state = record.state;
    const at = new Date(record.at);
    const when = item.querySelector("time");
    when.dateTime = at.toISOString();
    when.textContent = at.toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
    const said = item.querySelector(".said");
    if (record.state === "conflict") said.textContent = record.say;
    else if (record.state === "kept") said.textContent = isOther ? words.dataset.other : isOut ? words.dataset.out : "";
    item.querySelector(".login").hidden = !(isOut && record.state === "kept");
    if (record.ref) {
      const link = item.querySelector(".ref");
      Object.assign(link, { href: record.url, textContent: record.ref, hidden: false });
    }
    const mend = item.querySelector("form");
    if (record.state === "conflict" && !isOther) {
      mend.hidden = false;
      mend.elements.key.value = record.key;
      mend.elements.envelope.value = record.envelope;
      mend.addEventListener("submit", () => { mend.elements.csrfmiddlewaretoken.value = token; });
    }
    const remove = item.querySelector("[data-drop]");
    // What did not arrive is not thrown away by one tap.
    remove.hidden = record.state === "kept";
    remove.addEventListener("click", async () => { await drop(record.key); await flush(); });
    return item;
  }

  // --- recording ------------------------------------------------------------------------------------------

  function isFilledIn() {
    const missing = [...form.elements].find((part) => part.willValidate && !part.checkValidity());
    if (!missing) return true;
    missing.focus();
    missing.closest(".field")?.scrollIntoView({ block: "center" });
    line.textContent = words.dataset.wrong;
    line.classList.add("off");
    return false;
  }

  async function record(event) {
    event.preventDefault();
    if (!isFilledIn()) return;
    const fields = new FormData(form);
    // A record that is being mended keeps its key: it may have arrived after all.
    const key = "again" in form.dataset ? fields.get("key") : crypto.randomUUID();
    for (const name of ["key", "csrfmiddlewaretoken"]) fields.delete(name);
    const envelope = await seal(new URLSearchParams(fields).toString(), key);
    await put({ key, person, at: Date.now(), state: "kept", envelope });
    form.reset();
    delete form.dataset.again;
    scrollTo({ top: 0 });
    await flush();
  }

  /** After a tap the next thing that is typed is under the thumb. */
  function goOn(event) {
    if (event.target.type !== "radio") return;
    const parts = [...form.querySelectorAll(".field")];
    const next = parts[parts.indexOf(event.target.closest(".field")) + 1];
    const typed = next?.querySelector("input:not([type=radio]):not([type=checkbox]):not([type=date]), textarea");
    if (typed && !typed.value && event.isTrusted) typed.focus();
    else next?.scrollIntoView({ block: "nearest" });
  }

  async function begin() {
    form.addEventListener("change", goOn);
    if (!CAN) {
      line.textContent = words.dataset.old;
      return;
    }
    form.addEventListener("submit", record);
    addEventListener("online", () => flush());
    addEventListener("offline", () => flush());
    document.querySelector("[data-send-now]").addEventListener("click", () => flush(["kept", "conflict"]));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
    await flush();
    const files = [...document.querySelectorAll("link[rel=stylesheet], script[src], link[rel=icon]")].map((part) => part.href || part.src);
    files.push(...new Set([...document.querySelectorAll("use")].map((part) => part.getAttribute("href").split("#")[0])));
    navigator.serviceWorker.addEventListener("message", (event) => {
      if (event.data?.kept) document.documentElement.dataset.offline = "ready";
    });
    try {
      await navigator.serviceWorker.register(form.dataset.worker);
      const worker = await navigator.serviceWorker.ready;
      worker.active.postMessage({ keep: files });
    } catch {
      // Signed out or refused: what is here works, only the page itself is not kept.
    }
  }

  begin();
}
