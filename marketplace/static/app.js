// What makes the pages a little quicker to use. Every one of them works without this file.

// A menu closes when one clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A form with one drop-down, such as the sorting, is sent as soon as something is chosen.
for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.classList.add("is-quick");
  form.addEventListener("change", () => form.requestSubmit());
}

// A number of pieces gets a minus and a plus.
for (const quantity of document.querySelectorAll("[data-quantity]")) {
  const input = quantity.querySelector("input");
  const start = input.value;
  for (const button of quantity.querySelectorAll("[data-step]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      input[button.dataset.step > 0 ? "stepUp" : "stepDown"]();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  // In a cart a changed number is saved by itself, once the clicking has paused.
  const save = input.form?.querySelector("[data-save-quantity]");
  if (save) {
    save.hidden = true;
    let waiting;
    input.addEventListener("change", () => {
      clearTimeout(waiting);
      if (input.value !== start) waiting = setTimeout(() => input.form.requestSubmit(), 500);
    });
  }
}

// A product's price becomes that of the variant that one chooses.
function showChosenPrice() {
  const price = document.querySelector("[data-price]");
  const chosen = document.querySelector("input[name=variant_id]:checked:not([disabled])");
  const its = chosen && document.querySelector(`[data-price-of="${chosen.value}"]`);
  if (price && its) price.replaceChildren(its.content.cloneNode(true));
}

for (const variant of document.querySelectorAll("input[name=variant_id]")) {
  variant.addEventListener("change", showChosenPrice);
}

// A second press on a button that pays or orders does nothing.
for (const form of document.querySelectorAll("form[data-send-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}

// A page that is worth keeping on paper gets a button for that.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// After a form came back with mistakes, reading starts at their list.
document.getElementById("error-summary")?.focus();

// Going back to a page finds its forms usable again, and the price beside the variant that was chosen.
window.addEventListener("pageshow", () => {
  if (document.querySelector("input[name=variant_id]:checked")?.defaultChecked === false) showChosenPrice();
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
