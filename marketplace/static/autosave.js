// What one writes about a draft is saved by itself, some seconds after the last change and on leaving. The Save button
// does without this file.

const PAUSE = 3000;
const AGAIN = 15000;

function autosave(form) {
  const said = document.querySelector("[data-autosave-said]");
  let waiting; // the timer of the next try
  let sending; // the save that is under way
  let sent = content();
  let stopped = false;
  let leaving = false;

  function content() {
    return new URLSearchParams(new FormData(form)).toString();
  }

  function say(text) {
    said.textContent = text;
  }

  function later(pause) {
    clearTimeout(waiting);
    if (!stopped) waiting = setTimeout(save, pause);
  }

  // A row that is stored now is not a new one the next time.
  function remember(variants) {
    for (const sku of form.querySelectorAll("input[name^='variants.'][name$='.sku']")) {
      const stored = variants[sku.value.trim()];
      const row = sku.name.slice(0, -"sku".length);
      for (const [name, value] of Object.entries(stored ?? {})) {
        let field = form.elements.namedItem(row + name);
        if (!field) {
          field = document.createElement("input");
          field.type = "hidden";
          field.name = row + name;
          sku.before(field);
        }
        field.value = value;
      }
    }
  }

  function follow(answer) {
    const version = form.elements.namedItem("version");
    if (Number(answer.version) > Number(version.value)) version.value = answer.version;
    form.elements.namedItem("seen").value = answer.seen;
    remember(answer.variants);
    const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const left = Object.entries(answer.left).map(([name, why]) => `${name} (${why})`);
    say(left.length ? `Saved at ${time}, but not yet ${left.join(", ")}` : `Saved at ${time}.`);
  }

  async function post(body) {
    const unchanged = sent;
    sent = body;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new URLSearchParams(body), keepalive: leaving });
      const json = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      if (json.saved) {
        const asked = content() === body;
        follow(json);
        if (asked) sent = content();
      } else if (answer.status >= 500 || answer.status === 429) {
        sent = unchanged;
        say("Not saved: the shop does not answer. It is tried again.");
        later(AGAIN);
      } else {
        stopped = answer.status !== 422;
        say(`Not saved. ${json.said ?? "Sign in again in another tab, then press Save."}`);
      }
    } catch {
      sent = unchanged;
      say("Not saved: there is no connection. What you typed stays here, and it is tried again.");
      later(AGAIN);
    }
  }

  async function save() {
    clearTimeout(waiting);
    if (stopped || sending) return;
    const body = content();
    if (body === sent) return;
    sending = post(body);
    await sending;
    sending = undefined;
    if (!stopped && content() !== sent) later(PAUSE);
  }

  form.addEventListener("input", () => later(PAUSE));
  form.addEventListener("change", () => later(PAUSE));
  window.addEventListener("online", () => later(0));
  window.addEventListener("pagehide", () => {
    leaving = true;
    save();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  // Save waits for a save that is under way, which would else count as somebody else's.
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    stopped = true;
    if (!sending) return;
    event.preventDefault();
    const { submitter } = event;
    sending.then(() => form.requestSubmit(submitter));
  });
  // What was typed before this ran, or put back by the browser, is not saved either.
  const typed = [...form.elements].some((field) => "defaultValue" in field && field.value !== field.defaultValue);
  if (typed || form.hasAttribute("data-unsaved")) {
    sent = "";
    later(PAUSE);
  }
}

const form = document.querySelector("form[data-autosave]");
if (form) autosave(form);
