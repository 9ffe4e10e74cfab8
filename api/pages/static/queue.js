// Keys of the review queue: letters and numbers press the buttons that carry them, Escape closes what is open.
(() => {
  const SAME = { y: "a", n: "r" };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !document.querySelector(".queue")) return;
    const isTyping = event.target.matches("input:not([type=checkbox]), select, textarea");
    if (event.key === "Escape") {
      const cancel = document.querySelector(".queue [data-key=escape]");
      if (cancel) cancel.click();
      const card = document.querySelector(".queue-card");
      if (card) card.focus({ preventScroll: true });
      return;
    }
    if (isTyping || event.repeat) return;
    const key = event.key.toLowerCase();
    const open = document.querySelector(".queue-form");
    // A form that is open has the numbers for itself: they choose its reasons.
    const places = open ? [open, document] : [document];
    const wanted = SAME[key] || key;
    // Of a contradiction yes is the first value.
    const keys = wanted === "a" ? ["a", "1"] : [wanted];
    for (const place of places) {
      const button = keys.map((each) => place.querySelector(`[data-key="${CSS.escape(each)}"]`)).find((each) => each);
      if (button) {
        event.preventDefault();
        button.click();
        return;
      }
    }
  });

  // A form that opens gets the focus, and a question that is drawn anew gets it back.
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (!(node instanceof HTMLElement)) continue;
        const field = node.matches("[data-focus]") ? node : node.querySelector("[data-focus]");
        if (field) {
          field.focus({ preventScroll: true });
          // On a small screen the place of a form may be below or above what is seen.
          const form = field.closest(".queue-form");
          if (form) form.scrollIntoView({ block: "center" });
          return;
        }
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
