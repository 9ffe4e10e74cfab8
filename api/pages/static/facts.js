// Keys of the desk: letters press the buttons of the fact that has the focus, arrows go from fact to fact.
(() => {
  const KEYS = { a: "accept", r: "reject", c: "correct", u: "undo" };
  let last = null;

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest(".desk-row");
    if (row) last = row.dataset.row;
    else if (event.target !== document.body) last = null;
  });

  document.addEventListener("keydown", (event) => {
    const row = event.target.closest(".desk-row");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target.matches("input, select, textarea");
    if (event.key === "Escape") {
      const cancel = row.querySelector("[data-do=cancel]");
      if (cancel) cancel.click();
      row.focus();
      return;
    }
    if (isTyping) return;
    const action = KEYS[event.key.toLowerCase()];
    if (action) {
      const button = row.querySelector(`[data-do=${action}]`);
      if (button) {
        event.preventDefault();
        button.click();
      }
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const rows = [...document.querySelectorAll(".desk-row")];
    const next = rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });

  // A form that opens gets the focus, and a row that is drawn anew gets it back.
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (!(node instanceof HTMLElement)) continue;
        const field = node.matches("[data-focus]") ? node : node.querySelector("[data-focus]");
        if (field) {
          field.focus();
          return;
        }
      }
    }
    if (last !== null && document.activeElement === document.body) {
      const row = document.querySelector(`.desk-row[data-row="${last}"]`);
      if (row) row.focus({ preventScroll: true });
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
