// What every page needs: the CSRF token on htmx's requests, errors tied to their fields, and words for screen readers.

document.body.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf-token]").content;
});

/** The field that an error's pointer names, or the nearest around it: fields are called by what they fill. */
function fieldOf(pointer) {
  const fields = [...document.querySelectorAll("[name^='/']")];
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf("/"))) {
    const found = fields.find((field) => field.name.split(":")[0] === at);
    const below = found ?? fields.find((field) => field.name.startsWith(`${at}/`));
    if (below) return below;
  }
  return null;
}

/** Mark the fields that a refusal names, say them by their labels, and go to the first. */
function explain(area) {
  for (const field of document.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  let first = null;
  for (const item of area.querySelectorAll("[data-pointer]")) {
    const field = item.dataset.pointer && fieldOf(item.dataset.pointer);
    if (!field) continue;
    field.setAttribute("aria-invalid", "true");
    const label = field.labels?.[0]?.firstChild?.textContent?.trim() || field.getAttribute("aria-label");
    if (label) item.querySelector(".where").textContent = `${label}:`;
    first ??= field;
  }
  for (let at = first?.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  if (area.childElementCount) (first ?? area).scrollIntoView({ block: "center" });
  first?.focus({ preventScroll: true });
}

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "problem") explain(event.detail.target);
});

// what a person sends next settles the last refusal; what the page asks for by itself does not
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const by = event.detail.requestConfig.triggeringEvent?.type;
  if (by === "submit" || by === "click") document.getElementById("problem")?.replaceChildren();
});

document.body.addEventListener("htmx:sendError", () => {
  announce(document.documentElement.lang === "ja" ? "サーバーにつながりません。" : "The server cannot be reached.");
});

/** Whoever signed in again beside a page that was being written goes on in it: its forms get the new session's token. */
window.addEventListener("focus", async () => {
  const told = document.querySelector("[data-problem=signed_out]");
  if (!told) return;
  const answer = await fetch("/console/profile");
  if (answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("meta[name=csrf-token]").content;
  document.querySelector("meta[name=csrf-token]").content = token;
  for (const field of document.querySelectorAll("input[name=_csrf]")) field.value = token;
  told.remove();
});

/** Say a text to screen readers without moving anything. */
export function announce(text) {
  document.getElementById("announce").textContent = text;
}
