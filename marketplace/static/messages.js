// Messages appear by themselves, are sent without leaving the page, and what is typed survives a reload.
// Without this file a conversation is a page with a form.

const WAIT = 20; // seconds that the server may keep a question for news
const PAUSE = 1000; // ms before the next question where the server answered at once
const AGAIN = 5000; // ms before the next try when it did not answer
const LISTED = 30_000; // ms between two looks at a list, and at whether something was seen
const MOST_FILES = 5;
const LARGEST_FILE = 10 * 2 ** 20; // bytes
const KEPT = 14 * 24 * 3600 * 1000; // ms that a draft is kept

const thread = document.querySelector("[data-thread]");
const lines = thread?.querySelector("[data-lines]");

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function parse(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// What a newer copy of the page shows ---------------------------------------------------------------------

function lastSeq() {
  return Number([...lines.querySelectorAll("[data-seq]")].at(-1)?.dataset.seq ?? 0);
}

// Append the lines that are new; whether this was a copy of the same conversation.
function follow(page) {
  const newer = thread && page.querySelector(`[data-thread="${thread.dataset.thread}"]`);
  if (!newer) return false;
  const known = newer.querySelector(`#message-${lastSeq()}`);
  if (!known) {
    location.reload();
    return true;
  }
  const tick = newer.querySelector("[data-seen]");
  const seen = tick?.closest("[data-seq]").id;
  while (known.nextElementSibling) lines.append(known.nextElementSibling);
  // What was taken back meanwhile is not shown any longer.
  for (const gone of newer.querySelectorAll(".message__text--gone")) {
    const line = gone.closest("[data-seq]");
    lines.querySelector(`#${line.id}`)?.replaceWith(line);
  }
  for (const old of lines.querySelectorAll("[data-seen]")) if (old !== tick) old.remove();
  if (tick && !lines.contains(tick)) lines.querySelector(`#${seen} .message__meta`)?.append(tick);
  thread.dataset.read = Math.max(thread.dataset.read, newer.dataset.read);
  return true;
}

// The list beside a conversation and the sign in the header change with it.
function refresh(page) {
  for (const part of ["[data-conversations]", "[data-inbox-link]"]) {
    const [old, newer] = [document.querySelector(part), page.querySelector(part)];
    if (old && newer && !old.contains(document.activeElement)) old.replaceWith(newer);
  }
}

async function look(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = await parse(answer);
  follow(page);
  refresh(page);
}

// New messages --------------------------------------------------------------------------------------------

// Wait until somebody can see the conversation.
function onScreen() {
  return new Promise((done) => {
    const eye = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      eye.disconnect();
      done();
    });
    eye.observe(thread);
  }).then(() => document.hidden && new Promise((done) => document.addEventListener("visibilitychange", done, { once: true })));
}

async function markRead() {
  const seq = lastSeq();
  if (seq <= Number(thread.dataset.read)) return;
  const token = document.querySelector("input[name=csrf_token]")?.value ?? "";
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": token };
  const answer = await fetch(`${thread.dataset.api}/read`, { method: "POST", headers, body: JSON.stringify({ up_to: seq }) });
  if (answer.ok) thread.dataset.read = seq;
}

let asked = Date.now(); // when it was asked last whether the other side has read

async function wasSeen() {
  const unseen = lines.querySelector("[data-seen=no]")?.closest("[data-seq]").dataset.seq;
  if (!unseen || Date.now() - asked < LISTED) return false;
  asked = Date.now();
  const answer = await fetch(thread.dataset.api);
  return answer.ok && (await answer.json()).seen_seq >= Number(unseen);
}

async function watch() {
  for (let pause = 0; ; await sleep(pause)) {
    await onScreen();
    const began = Date.now();
    try {
      await markRead();
      const known = lastSeq();
      const answer = await fetch(`${thread.dataset.api}/messages?after=${known}&limit=1&wait=${WAIT}`);
      if ([401, 403, 404].includes(answer.status)) return;
      const found = answer.status === 200 ? (await answer.json()).data : [];
      // What was sent from here is on the page already.
      if (found.some((message) => message.seq > lastSeq()) || (await wasSeen())) {
        await onScreen();
        await look(thread.dataset.page);
        await markRead();
      }
      const forNothing = lastSeq() === known && Date.now() - began < PAUSE;
      pause = Math.max(Number(answer.headers.get("Retry-After")) * 1000, answer.ok ? forNothing && PAUSE : AGAIN);
    } catch {
      pause = AGAIN;
    }
  }
}

async function watchList() {
  for (;;) {
    await sleep(LISTED);
    if (!document.hidden) await look(location.href).catch(() => {});
  }
}

// Drafts --------------------------------------------------------------------------------------------------

// A browser that keeps nothing throws: then the text is on the page alone.
const drafts = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(`draft:${key}`))?.text ?? "";
    } catch {
      return "";
    }
  },
  write(key, text) {
    try {
      if (text.trim()) localStorage.setItem(`draft:${key}`, JSON.stringify({ text, at: Date.now() }));
      else localStorage.removeItem(`draft:${key}`);
    } catch {}
  },
  forgetOld() {
    try {
      for (const key of Object.keys(localStorage).filter((one) => one.startsWith("draft:"))) {
        if (JSON.parse(localStorage.getItem(key)).at < Date.now() - KEPT) localStorage.removeItem(key);
      }
    } catch {}
  },
};

// Writing -------------------------------------------------------------------------------------------------

function compose(composer) {
  const key = composer.dataset.composer;
  const field = () => composer.querySelector("textarea");
  const keep = () => drafts.write(key, field().value);
  let saving;
  let sending = false;

  function say(text) {
    composer.querySelector("[data-said]").textContent = text;
  }

  async function send(form) {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const page = await parse(answer);
    const newer = page.querySelector("[data-composer]");
    if (!newer) return say("Not sent. Load this page again in another tab to see why, then press Send here.");
    if (answer.ok) {
      clearTimeout(saving);
      drafts.write(key, "");
      field().value = "";
      if (!follow(page)) return location.assign(answer.url);
      refresh(page);
    }
    // Files that were chosen stay chosen where something else was wrong.
    if (!answer.ok) newer.querySelector("input[type=file]")?.replaceWith(composer.querySelector("input[type=file]"));
    composer.replaceChildren(...newer.children);
    (composer.querySelector("#error-summary") ?? field()).focus();
  }

  composer.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    const files = [...composer.querySelector("input[type=file]").files];
    if (files.length > MOST_FILES || files.some((file) => file.size > LARGEST_FILE)) {
      say("Attach up to 5 files of at most 10 MB each.");
      return;
    }
    sending = true;
    say("Sending …");
    try {
      await send(event.target);
    } catch {
      say("Not sent: there is no connection. Press Send again; it arrives once.");
    }
    sending = false;
  });
  composer.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) field().form.requestSubmit();
  });
  composer.addEventListener("input", () => {
    clearTimeout(saving);
    saving = setTimeout(keep, 300);
  });
  window.addEventListener("pagehide", () => {
    if (!sending) keep();
  });
  if (!field().value) field().value = drafts.read(key);
}

drafts.forgetOld();
for (const composer of document.querySelectorAll("[data-composer]")) compose(composer);
if (thread?.hasAttribute("data-live")) watch();
else if (!thread && document.querySelector("[data-conversations]")) watchList();
