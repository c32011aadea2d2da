// While a payment is waited for, ask every few seconds, less and less often, and go on once it is decided.
const waiting = document.querySelector("[data-wait]");

async function look(address, seconds) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector("[data-wait]");
    if (answer.redirected || (answer.ok && !next)) {
      location.replace(answer.url);
    } else {
      later(next ? next.dataset.wait : address, next ? Number(next.dataset.seconds) : seconds * 2);
    }
  } catch {
    later(address, Math.min(seconds * 2, 30));
  }
}

function later(address, seconds) {
  if (seconds > 0) setTimeout(look, seconds * 1000, address, seconds);
}

if (waiting) later(waiting.dataset.wait, Number(waiting.dataset.seconds));
