// A slider and the number beside it are one value: the number is what is sent, the slider only moves it.

const form = document.getElementById("sliders");

function moved() {
  form.dispatchEvent(new CustomEvent("moved"));
}

form?.addEventListener("input", (event) => {
  const field = event.target;
  if (field.type === "range") {
    document.getElementById(field.dataset.for).value = field.value;
  } else if (field.id) {
    const range = form.querySelector(`input[type=range][data-for="${field.id}"]`);
    if (range && field.value !== "") range.value = field.value.normalize("NFKC").replaceAll(",", "");
  }
  moved();
});

form?.addEventListener("change", (event) => {
  if (event.target.matches("select, input[type=checkbox]")) moved();
});
