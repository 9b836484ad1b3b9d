// The reviewer's screen: every answer is saved as it is given, and letters answer the criterion that has the focus.
// Without this the radios, the reasons and "Save decisions" do the same.

const LETTERS = { m: "met", n: "not_met", a: "not_applicable" };
const PAUSE = 600; // milliseconds after the last keystroke in a reason

function criterionOf(element) {
  return element.closest("[data-criterion]");
}

function focusOn(criterion) {
  const radio = criterion?.querySelector("input[type=radio]:checked") || criterion?.querySelector("input[type=radio]");
  radio?.focus();
}

function neighbour(form, criterion, step) {
  const all = [...form.querySelectorAll("[data-criterion]")];
  return all[all.indexOf(criterion) + step];
}

function answer(form, criterion, verdict) {
  const radio = criterion.querySelector(`input[type=radio][value=${verdict}]`);
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  if (verdict === "met") focusOn(neighbour(form, criterion, 1) || criterion);
  else criterion.querySelector("textarea").focus();
}

function listen(form) {
  form.addEventListener("keydown", (event) => {
    const criterion = criterionOf(event.target);
    if (!criterion || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("textarea")) {
      if (event.key === "Escape") focusOn(criterion);
      return;
    }
    if (event.key in LETTERS) answer(form, criterion, LETTERS[event.key]);
    else if (event.key === "j") focusOn(neighbour(form, criterion, 1));
    else if (event.key === "k") focusOn(neighbour(form, criterion, -1));
    else return;
    event.preventDefault();
  });
}

async function save(form, say) {
  say("Saving …");
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Fragment": "1" },
      credentials: "same-origin",
    });
    const text = await response.text();
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-review-progress]");
    if (!response.ok || !fresh) throw new Error(String(response.status));
    document.querySelector("[data-review-progress]").replaceWith(document.adoptNode(fresh));
    say("Saved");
  } catch {
    say("Not saved: use “Save decisions”, which says why.");
  }
}

function keepSaving(form) {
  const status = form.querySelector("[data-review-status]");
  const say = (words) => {
    status.textContent = words;
  };
  let waiting = 0;
  let running = Promise.resolve();
  const soon = (pause) => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => {
      running = running.then(() => save(form, say)); // one after the other, so that the last answer is the one kept
    }, pause);
  };
  form.addEventListener("change", () => soon(0));
  form.addEventListener("input", (event) => {
    if (event.target.matches("textarea")) soon(PAUSE);
  });
}

export function offerDeciding(root) {
  root.querySelectorAll("[data-review-form]").forEach((form) => {
    listen(form);
    keepSaving(form);
  });
}
