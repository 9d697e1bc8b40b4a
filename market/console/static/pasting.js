// A block copied from a spreadsheet and pasted into the table of limits is read by the server, as the text area is.

document.addEventListener("paste", (event) => {
  if (!event.target.closest?.("table.rows")) return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const area = document.querySelector("textarea[name=_paste]");
  area.value = text;
  area.closest("details").open = true;
  area.form.querySelector("button[name=_do][value=paste]").click();
});

// what a paste or a refusal says comes after the form: go there, as one would look there
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "editor") return;
  document.querySelector("#clash, #pasted")?.focus();
});
