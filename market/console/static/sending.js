// A form is sent once: a second click or Enter while its answer is awaited does nothing.

// a page that is asked for comes, or does not; a file that is saved leaves its form where it is
const LONGEST = 5000;
const underway = new WeakMap();

function begun(form) {
  underway.set(form, performance.now());
  form.setAttribute("aria-busy", "true");
}

function ended(form) {
  underway.delete(form);
  form.removeAttribute("aria-busy");
}

function waits(form) {
  return underway.has(form) && performance.now() - underway.get(form) < LONGEST;
}

/** The form that a person sends; what a page asks for by itself is for htmx to order. */
function sent({ verb, elt, triggeringEvent }) {
  return verb === "post" && ["submit", "click"].includes(triggeringEvent?.type) ? elt.closest("form") : null;
}

// what htmx does not send
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.defaultPrevented) return;
  if (waits(event.target)) event.preventDefault();
  else begun(event.target);
});

document.body.addEventListener("htmx:confirm", (event) => {
  const form = sent(event.detail);
  if (form && waits(form)) event.preventDefault();
});

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const form = sent(event.detail.requestConfig);
  if (form) begun(form);
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  const form = sent(event.detail.requestConfig);
  // on the way to another page it stays as it is
  if (form && !event.detail.xhr.getResponseHeader("HX-Redirect")) ended(form);
});

// back from the page that it led to
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) ended(form);
});
