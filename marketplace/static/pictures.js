// The pictures of a listing without leaving the page: what is chosen is shown, sending shows how far it is, and what
// was typed into the rest of the page stays. Each form works without this file.

const LARGEST_FILE = 10 * 1024 * 1024;
const LARGEST_REQUEST = 32 * 1024 * 1024;

function inMegabytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

// Small previews of the chosen files. They are drawn, because the page may load nothing but its own pictures.
async function preview(file) {
  const item = document.createElement("li");
  const words = document.createElement("span");
  words.textContent = `${file.name}, ${inMegabytes(file.size)}${file.size > LARGEST_FILE ? ": larger than 10 MB" : ""}`;
  item.append(words);
  try {
    const bitmap = await createImageBitmap(file, { resizeHeight: 72, resizeQuality: "medium" });
    const canvas = document.createElement("canvas");
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    canvas.setAttribute("aria-hidden", "true");
    item.prepend(canvas);
    bitmap.close();
  } catch {
    // What the browser cannot show, the server may still take, or says why not.
  }
  return item;
}

async function showChosen(form) {
  const list = form.querySelector("[data-chosen]");
  const files = [...form.querySelector("input[type=file]").files];
  const total = files.reduce((sum, file) => sum + file.size, 0);
  list.replaceChildren(...(await Promise.all(files.map(preview))));
  if (total > LARGEST_REQUEST) {
    const item = document.createElement("li");
    item.textContent = `Together they have ${inMegabytes(total)}; send 32 MB at once, and then the others.`;
    list.append(item);
  }
  list.hidden = list.children.length === 0;
}

// Put the pictures of the answered page in place of those here, and say what it says.
function show(answer) {
  const page = new DOMParser().parseFromString(answer, "text/html");
  const here = document.querySelector("[data-pictures]");
  const there = page.querySelector("[data-pictures]");
  if (!there) {
    const refused = page.querySelector("main h1");
    here.querySelector("[data-pictures-said]").textContent = refused?.textContent ?? "That did not work.";
    here.querySelector("[data-pictures-said]").classList.remove("visually-hidden");
    return;
  }
  const said = page.querySelector("main .notice, .notice")?.textContent.trim() ?? "";
  here.replaceWith(document.adoptNode(there));
  there.querySelector("[data-pictures-said]").textContent = said;
  const version = document.querySelector("form input[name=version]");
  if (version) version.value = there.dataset.version;
  (there.querySelector("[role=alert]") ?? there.querySelector("[data-upload] input[type=file]"))?.focus();
}

function send(form) {
  const request = new XMLHttpRequest();
  const progress = form.querySelector("[data-progress]");
  const button = form.querySelector("button");
  button.disabled = true;
  if (progress) {
    progress.hidden = false;
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = (100 * event.loaded) / event.total;
    });
  }
  request.addEventListener("load", () => show(request.responseText));
  request.addEventListener("loadend", () => {
    button.disabled = false;
    if (progress) progress.hidden = true;
  });
  // When the connection breaks, the browser's own way may say more.
  request.addEventListener("error", () => form.submit());
  request.open("POST", form.action);
  request.send(new FormData(form));
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (form && event.target.type === "file") showChosen(form);
});

// Files that were chosen before this ran are shown too.
for (const form of document.querySelectorAll("form[data-upload]")) {
  if (form.querySelector("input[type=file]")?.files.length) showChosen(form);
}

document.addEventListener("submit", (event) => {
  if (!event.target.closest("[data-pictures]")) return;
  event.preventDefault();
  send(event.target);
});
