// A menu is <details class="portal-menu">: it opens without us; we close it on Escape and on a click elsewhere.

export function closeMenusOutside(root) {
  const open = () => root.querySelectorAll("details.portal-menu[open]");
  root.addEventListener("click", (event) => {
    for (const menu of open()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
