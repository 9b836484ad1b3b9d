// A number that is looked up as it is typed: <input data-lookup="id of the place" maxlength="8"> inside a GET form. Once
// all its digits are there, the form's address answers the fragment for that place. Without us the form has a button.

function watch(input) {
  const place = document.getElementById(input.dataset.lookup);
  const form = input.form;
  if (!place || !form) return;
  let asked = "";
  input.addEventListener("input", async () => {
    const typed = input.value.replace(/\s/g, "");
    if (!new RegExp(`^\\d{${input.maxLength}}$`).test(typed) || typed === asked) return;
    asked = typed;
    const address = new URL(form.action);
    address.searchParams.set(input.name, typed);
    try {
      const response = await fetch(address, { headers: { "X-Fragment": "1" }, credentials: "same-origin" });
      if (!response.ok || asked !== typed) return;
      const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
      place.replaceChildren(...parsed.body.childNodes);
    } catch {
      asked = "";
    }
  });
}

export function lookUp(root) {
  root.querySelectorAll("input[data-lookup]").forEach(watch);
}
