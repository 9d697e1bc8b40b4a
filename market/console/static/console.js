// What every page needs: the CSRF token on htmx's requests, and words for screen readers.

document.body.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf-token]").content;
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
