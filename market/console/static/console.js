// What every page needs: the CSRF token on htmx's requests, and words for screen readers.

document.body.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf-token]").content;
});

// a request that went nowhere is told where problems are, until one is answered again
document.body.addEventListener("htmx:sendError", () => {
  const told = document.createElement("p");
  told.className = "problem";
  told.dataset.away = "";
  told.textContent = document.documentElement.lang === "ja" ? "サーバーにつながりません。" : "The server cannot be reached.";
  document.getElementById("problem").replaceChildren(told);
});
document.body.addEventListener("htmx:afterOnLoad", () => document.querySelector("[data-away]")?.remove());

/**
 * What htmx opens as the page's stream: it goes on by itself after a server that went away, and after the session has
 * ended it rests until somebody has signed in again. It comes back with what it has been told.
 */
class Stream {
  #url;
  #source = null;
  #heard = [];
  #seen = null;
  #pause = 1;
  #timer = null;

  constructor(url) {
    this.#url = url;
    this.#open();
  }

  addEventListener(name, listener) {
    const heard = (event) => {
      this.#seen = event.lastEventId || this.#seen;
      listener(event);
    };
    this.#heard.push({ name, listener, heard });
    this.#source.addEventListener(name, heard);
  }

  removeEventListener(name, listener) {
    for (const one of this.#heard)
      if (one.name === name && one.listener === listener) this.#source.removeEventListener(name, one.heard);
    this.#heard = this.#heard.filter((one) => one.name !== name || one.listener !== listener);
  }

  get resting() {
    return this.#source.readyState === EventSource.CLOSED;
  }

  wake() {
    if (this.resting) this.#open();
  }

  close() {
    clearTimeout(this.#timer);
    this.#source.close();
  }

  #open() {
    clearTimeout(this.#timer);
    const url = new URL(this.#url, location.href);
    if (this.#seen !== null) url.searchParams.set("seen", this.#seen);
    const source = new EventSource(url);
    for (const { name, heard } of this.#heard) source.addEventListener(name, heard);
    source.addEventListener("over", () => source.close());
    source.addEventListener("open", () => { this.#pause = 1; });
    // a browser tries again by itself, but not after an answer that is no stream
    source.addEventListener("error", () => {
      if (!this.resting) return;
      this.#timer = setTimeout(() => this.wake(), this.#pause * 1000);
      this.#pause = Math.min(this.#pause * 2, 64);
    });
    this.#source = source;
  }
}

const streams = [];
htmx.createEventSource = (url) => {
  streams.push(new Stream(url));
  return streams.at(-1);
};

/** Whoever signed in again beside a page goes on in it: its forms get the new session's token, its stream goes on. */
async function resume() {
  const told = document.querySelector("[data-problem=signed_out]");
  if (!told && !streams.some((stream) => stream.resting)) return;
  const answer = await fetch("/console/profile");
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("meta[name=csrf-token]").content;
  document.querySelector("meta[name=csrf-token]").content = token;
  for (const field of document.querySelectorAll("input[name=_csrf]")) field.value = token;
  told?.remove();
  for (const stream of streams) stream.wake();
}
window.addEventListener("focus", resume);

// any page of one who is signed in tells the others of this browser
const pages = new BroadcastChannel("capillary");
pages.addEventListener("message", resume);
if (document.querySelector("[sse-connect]")) pages.postMessage("signed in");

// what a page said by itself may be put away, until it has something else to say
document.body.addEventListener("click", (event) => {
  const what = event.target.closest("[data-clears]")?.dataset.clears;
  if (what) document.getElementById(what).replaceChildren();
});

/** Say a text to screen readers without moving anything. */
export function announce(text) {
  document.getElementById("announce").textContent = text;
}
