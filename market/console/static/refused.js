// A form that was refused: its fields are marked in place, as `refused_form.py` does it on the server without scripts.

const FIELDS = "input:not([type=hidden], [type=submit], [type=button]), select, textarea";

function pointerOf(field) {
  const bare = field.name.split(":")[0];
  return bare.startsWith("/") ? bare : `/${bare}`;
}

/** The field that an error's pointer names, the first below it, or the nearest around it. */
function fieldOf(form, pointer) {
  const fields = [...form.querySelectorAll(FIELDS)].filter((field) => field.name);
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf("/"))) {
    const found = fields.find((field) => pointerOf(field) === at);
    const below = found ?? fields.find((field) => pointerOf(field).startsWith(`${at}/`));
    if (below) return below;
  }
  return null;
}

/** The words before the first element of a label: what comes after them is a unit, or that it is needed. */
function words(label) {
  for (const node of label?.childNodes ?? []) {
    const said = node.textContent.trim();
    if (said) return said;
  }
  return "";
}

function labelOf(field) {
  const group = field.matches("[type=checkbox], [type=radio]") && field.closest("fieldset")?.querySelector("legend");
  return words(group) || field.getAttribute("aria-label") || words(field.labels?.[0]);
}

/** Beside the field, and tied to it; whatever was folded away around it is opened. */
function say(field, reason) {
  field.id ||= `field-${crypto.randomUUID()}`;
  const id = `${field.id}-fault`;
  const told = document.getElementById(id);
  if (told) {
    told.textContent += ` ${reason}`;
    return;
  }
  const made = document.createElement("span");
  made.className = "fault";
  made.id = id;
  made.textContent = reason;
  const place = field.closest(".field, td, fieldset, p");
  if (place && field.form.contains(place)) place.append(made);
  else field.after(made);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
  for (let at = field.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
}

/** Whoever has read what changed may send the form again: it is of the newer version from now on. */
function renew(area, form) {
  for (const stamp of area.querySelectorAll("[data-stamp]")) {
    const field = form?.querySelector(`input[type=hidden][name="${CSS.escape(stamp.name)}"]`);
    if (field) field.value = stamp.value;
  }
}

/** As if nothing had been refused. */
function settle() {
  for (const told of document.querySelectorAll("span.fault")) {
    const field = document.querySelector(`[aria-describedby~="${CSS.escape(told.id)}"]`);
    const others = field?.getAttribute("aria-describedby").split(" ").filter((id) => id !== told.id) ?? [];
    if (others.length) field.setAttribute("aria-describedby", others.join(" "));
    else field?.removeAttribute("aria-describedby");
    field?.removeAttribute("aria-invalid");
    told.remove();
  }
}

/** Mark the fields that a refusal names, name them in the summary by their labels, and go there. */
function explain(area, form) {
  settle();
  const found = [];
  for (const item of area.querySelectorAll("[data-pointer]")) {
    const field = form && item.dataset.pointer && fieldOf(form, item.dataset.pointer);
    if (!field) continue;
    found.push({ item, field });
    say(field, item.querySelector(".reason").textContent);
    const link = document.createElement("a");
    link.href = `#${field.id}`;
    link.textContent = labelOf(field) || field.name;
    item.querySelector(".where").replaceChildren(link, ": ");
  }
  const following = Node.DOCUMENT_POSITION_FOLLOWING;
  found.sort((a, b) => (a.field === b.field ? 0 : a.field.compareDocumentPosition(b.field) & following ? -1 : 1));
  for (const { item } of found) item.parentElement.append(item);
  const told = area.firstElementChild;
  if (!told) return;
  told.scrollIntoView({ block: "center" });
  told.focus({ preventScroll: true });
}

// a link to a field goes into it, not only near it
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".problem a[href^='#']");
  const field = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!field) return;
  event.preventDefault();
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
});

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "problem") return;
  const form = event.detail.requestConfig.elt.closest("form");
  renew(event.detail.target, form);
  explain(event.detail.target, form);
});

// what a person sends next settles the last refusal; what the page asks for by itself does not
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const by = event.detail.requestConfig.triggeringEvent?.type;
  if (by !== "submit" && by !== "click") return;
  document.getElementById("problem")?.replaceChildren();
  settle();
});
