// Single keys for deals: in the queue of the row that one is on, on a deal's page of that deal; and dialogs.

const SWITCH = "capillary.keys";
const dialog = document.getElementById("decision");
const problem = document.getElementById("problem");
// where in the queue one is, though the row itself may go
const PLACE = "capillary.place";
let at = 0;
const place = problem?.parentElement;

function on() {
  return localStorage.getItem(SWITCH) !== "off";
}

function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

function current() {
  return rows().find((row) => row.hasAttribute("data-current"));
}

function mark(row) {
  for (const other of rows()) other.removeAttribute("data-current");
  if (!row) return;
  row.setAttribute("data-current", "");
  at = rows().indexOf(row);
}

/** Be on a row: its link has the focus, so Enter opens it and a screen reader says it. */
function choose(row) {
  mark(row);
  row?.querySelector("[data-open]").focus();
}

/** The row that took the place of one that is gone. */
function here() {
  const all = rows();
  return current() ?? all[Math.min(at, all.length - 1)];
}

function step(by) {
  const all = rows();
  const from = all.indexOf(current());
  choose(from < 0 ? here() : all[Math.min(all.length - 1, Math.max(0, from + by))]);
}

function press(key) {
  const within = here() ?? document;
  if (within !== document) choose(within);
  within?.querySelector(`[data-key="${CSS.escape(key)}"]`)?.click();
}

/** Not while somebody types, nor with a modifier, nor behind a dialog. */
function meant(event) {
  if (!on() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (document.querySelector("dialog[open]")) return false;
  return !event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

document.addEventListener("keydown", (event) => {
  if (!meant(event)) return;
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  else if (event.key === "?") document.getElementById("keys-help")?.showModal();
  else if (["a", "r", "x"].includes(event.key)) press(event.key);
  else return;
  event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (row && row !== current()) mark(row);
});

for (const button of document.querySelectorAll("[data-opens]"))
  button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());

for (const box of document.querySelectorAll("[data-keys]")) {
  box.checked = on();
  box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
}

/** The decision that htmx has fetched: problems are told inside of it while it is open. */
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== dialog) return;
  dialog.querySelector("h2").after(problem);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[autofocus], textarea, select")?.focus();
});

dialog?.addEventListener("click", (event) => {
  if (!event.target.closest("[data-closes]")) return;
  event.preventDefault();
  dialog.close();
});

dialog?.addEventListener("close", () => {
  place.prepend(problem);
  problem.replaceChildren();
  choose(here());
});

// A decided deal leaves the queue: whoever works through it goes on with the next one.
dialog?.addEventListener("submit", () => sessionStorage.setItem(PLACE, at));
const done = document.querySelector("[data-done]");
if (done) {
  at = Number(sessionStorage.getItem(PLACE));
  choose(here());
  document.getElementById("announce").textContent = done.textContent;
}
sessionStorage.removeItem(PLACE);

/** Every deal of the page that may be approved with others is ticked by one box. */
function offerAll() {
  for (const box of document.querySelectorAll("[data-all]")) box.hidden = false;
}
offerAll();
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  for (const box of document.querySelectorAll("#queue input[name=deal]")) box.checked = event.target.checked;
});

// The queue is replaced as it changes: whoever is on a row stays on it, and what was ticked stays ticked.
let kept = null;
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "queue") return;
  kept = {
    row: current()?.dataset.row,
    focused: event.detail.target.contains(document.activeElement),
    ticked: [...document.querySelectorAll("#queue input[name=deal]:checked")].map((box) => box.value),
  };
});
// at once, not when all is settled: whoever types meanwhile is on a row still
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "queue" || !kept) return;
  offerAll();
  for (const box of document.querySelectorAll("#queue input[name=deal]")) box.checked = kept.ticked.includes(box.value);
  mark(rows().find((one) => one.dataset.row === kept.row));
  if (kept.focused && !dialog.open) choose(here());
  kept = null;
});
