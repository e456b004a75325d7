// Keeps the one page for writing down on the spot, and what it is drawn with: nothing else, no
// record, no answer of the server. Its scope is /field/; all other pages are not touched.
"use strict";
const CACHE = "paizhu-field-1";
const PAGE = "/field/";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const others = caches.keys().then((names) => Promise.all(names.filter((one) => one.startsWith("paizhu-field") && one !== CACHE).map((one) => caches.delete(one))));
  event.waitUntil(Promise.all([others, self.clients.claim()]));
});

/** Keep the page and the files it names; what it no longer names goes. */
self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keep(event.data.keep));
});

async function keep(files) {
  const cache = await caches.open(CACHE);
  const wanted = new Set(files.map((file) => new URL(file, self.location.origin).href));
  for (const request of await cache.keys()) {
    if (new URL(request.url).pathname !== PAGE && !wanted.has(request.url)) await cache.delete(request);
  }
  await Promise.all([...wanted].map(async (file) => {
    if (!(await cache.match(file))) await cache.add(file);
  }));
  await page(new Request(PAGE, { credentials: "same-origin" }));
  for (const client of await self.clients.matchAll()) client.postMessage({ kept: true });
}

async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && answer.type === "basic") await cache.put(PAGE, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/")) {
    event.respondWith(caches.open(CACHE).then((cache) => cache.match(request)).then((kept) => kept ?? fetch(request)));
  }
});
