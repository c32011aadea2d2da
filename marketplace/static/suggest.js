// Suggestions below the search box while one types. Without this file the box is a plain search form.
// Follows the pattern "editable combobox with list": the text stays the reader's, the rows are links.

const input = document.querySelector("input[data-suggest]");
const KINDS = { category: "Category", product: "Product", shop: "Shop", term: "Search" };
const PAUSE = 150;

if (input) {
  const list = document.createElement("ul");
  const said = document.createElement("p");
  let waiting;
  let asked = 0;

  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.form.append(list, said);

  const rows = () => [...list.children];
  const active = () => rows().find((row) => row.getAttribute("aria-selected") === "true");

  function close() {
    clearTimeout(waiting);
    asked += 1; // an answer that is still under way is of no use any more
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(row) {
    for (const one of rows()) one.setAttribute("aria-selected", String(one === row));
    if (row) {
      input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function show(found) {
    list.replaceChildren(
      ...found.map((one, index) => {
        const row = document.createElement("li");
        const kind = document.createElement("span");
        row.id = `suggestion-${index}`;
        row.dataset.url = one.url;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        kind.className = "suggestions__kind";
        kind.textContent = KINDS[one.type] ?? "";
        row.append(one.label, " ", kind);
        return row;
      }),
    );
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    input.removeAttribute("aria-activedescendant");
    said.textContent = found.length ? `${found.length} suggestions` : "";
  }

  async function ask() {
    const mine = (asked += 1);
    const text = input.value.trim();
    if (text.length < 2) return close();
    try {
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(text)}`);
      const found = answer.ok ? (await answer.json()).data : [];
      if (mine === asked && document.activeElement === input) show(found);
    } catch {
      if (mine === asked) close(); // the network is away: the form still searches
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });

  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    const all = rows();
    const at = all.indexOf(active());
    if (event.key === "ArrowDown" && open) choose(all[at + 1] ?? all[0]);
    else if (event.key === "ArrowUp" && open) choose(at > 0 ? all[at - 1] : all[all.length - 1]);
    else if (event.key === "Enter" && open && active()) window.location.assign(active().dataset.url);
    else if (event.key === "Escape" && open) close();
    else return;
    event.preventDefault();
  });

  // A press on a row keeps the focus in the box, so that the list is still there when it is let go.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) window.location.assign(row.dataset.url);
  });
  input.addEventListener("blur", close);
}
