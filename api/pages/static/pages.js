// What needs no server: lighting up evidence, the filter drawer on a phone, arrow keys in suggestions.
(() => {
  const has = (element, name, key) => (element.dataset[name] || "").split(" ").includes(key);

  function light(key) {
    document.querySelectorAll(".ev.on, .ev.near").forEach((e) => e.classList.remove("on", "near"));
    document.querySelectorAll("[data-fact]").forEach((e) => {
      const chosen = e.dataset.fact === key;
      e.classList.toggle("chosen", chosen);
      if (e.hasAttribute("aria-pressed")) e.setAttribute("aria-pressed", String(chosen));
    });
    if (!key) return;
    let first = null;
    document.querySelectorAll(".ev").forEach((e) => {
      if (has(e, "m", key)) {
        e.classList.add("on");
        first = first || e;
      } else if (has(e, "s", key)) e.classList.add("near");
    });
    const visible = first && first.getBoundingClientRect();
    if (first && (visible.top < 90 || visible.bottom > innerHeight - 40)) {
      first.scrollIntoView({ block: "center", behavior: "smooth" });
    }
  }

  // A picture that cannot be loaded goes, and the drawn tile below it shows.
  document.addEventListener(
    "error",
    (event) => {
      const photo = event.target;
      if (photo instanceof HTMLImageElement && photo.classList.contains("photo")) {
        (photo.closest(".gallery-item") || photo).remove();
      }
    },
    true,
  );

  // Who has stepped into the suggestions stays at that place when a late answer draws them anew.
  let stepped = null;
  const items = (box) => [...box.querySelectorAll(".suggest-item")];

  document.addEventListener("click", (event) => {
    const drawer = event.target.closest("[data-drawer]");
    if (drawer) document.body.classList.toggle("drawer-open", drawer.dataset.drawer === "open");
    const fact = event.target.closest("[data-fact]");
    if (fact) light(fact.classList.contains("chosen") ? "" : fact.dataset.fact);
    if (!event.target.closest(".searchbox")) {
      stepped = null;
      document.body.classList.add("suggest-closed");
    }
  });

  document.addEventListener("focusin", (event) => {
    const box = event.target.closest(".searchbox");
    if (box) document.body.classList.remove("suggest-closed");
    const place = box ? items(box).indexOf(event.target) : -1;
    stepped = place < 0 ? null : { box, place };
  });

  new MutationObserver(() => {
    if (!stepped || document.activeElement !== document.body) return;
    const { box, place } = stepped;
    const left = items(box);
    (left[Math.min(place, left.length - 1)] || box.querySelector("input")).focus();
  }).observe(document.documentElement, { childList: true, subtree: true });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      stepped = null;
      document.body.classList.remove("drawer-open");
      document.body.classList.add("suggest-closed");
      return;
    }
    const box = event.target.closest(".searchbox");
    if (!box || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    const stops = [box.querySelector("input"), ...items(box)];
    const step = event.key === "ArrowDown" ? 1 : -1;
    const next = stops[(stops.indexOf(event.target) + step + stops.length) % stops.length];
    event.preventDefault();
    next.focus();
  });
})();
