// <form data-autosave="address">: long text is kept as it is typed, so that a closed browser loses nothing. Where it
// cannot be kept, the line [data-autosave-status] says so; "Save and stay" works in any case.

const PAUSE = 2000;

function textsOf(form) {
  const sent = new FormData();
  for (const name of ["csrfmiddlewaretoken", "version"]) {
    if (form.elements[name]) sent.append(name, form.elements[name].value);
  }
  for (const box of form.querySelectorAll("textarea[name]")) sent.append(box.name, box.value);
  return sent;
}

function watch(form, status) {
  let timer = 0;
  let dirty = false;
  const say = (words) => {
    if (status) status.textContent = words;
  };
  const keep = async () => {
    window.clearTimeout(timer);
    if (!dirty) return;
    dirty = false;
    try {
      const response = await fetch(form.dataset.autosave, {
        method: "POST",
        body: textsOf(form),
        credentials: "same-origin",
        keepalive: true,
      });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      const { kept } = await response.json();
      say(`Your text was kept at ${kept}. Only you see it until you save.`);
    } catch {
      dirty = true;
      say("Your text could not be kept just now. Save it before you leave.");
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target.tagName !== "TEXTAREA") return;
    dirty = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", () => {
    dirty = false;
    window.clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) keep();
  });
}

export function keepTyped(root) {
  for (const form of root.querySelectorAll("form[data-autosave]")) {
    watch(form, root.querySelector("[data-autosave-status]"));
  }
}
