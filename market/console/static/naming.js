// The name of an analyte beside its code, as it is typed: the list to choose from has both.

function named(code) {
  return document.querySelector(`#analytes option[value="${CSS.escape(code)}"]`)?.textContent ?? "";
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("input[list=analytes]")) return;
  const names = event.target.value.split("+").map((code) => named(code.trim()));
  event.target.nextElementSibling.textContent = names.every(Boolean) ? names.join("+") : "";
});
