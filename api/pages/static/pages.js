// What needs no server: lighting up evidence, the filter drawer on a phone, keys, pictures that do not come.
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

  // A picture covers the drawn tile below it when it is there; one that cannot be loaded goes.
  document.addEventListener(
    "error",
    (event) => {
      const photo = event.target;
      if (!(photo instanceof HTMLImageElement)) return;
      if (photo.classList.contains("photo")) (photo.closest(".gallery-item") || photo).remove();
      if (photo.classList.contains("suggest-picture")) photo.remove();
    },
    true,
  );
  document.addEventListener(
    "load",
    (event) => {
      if (event.target instanceof HTMLImageElement) event.target.classList.add("loaded");
    },
    true,
  );

  // The drawer takes the focus, keeps it, and gives it back to the button that opened it.
  function turnDrawer(open) {
    const drawer = document.getElementById("filters");
    const button = document.querySelector(".filters-open");
    if (!drawer || !button || open === document.body.classList.contains("drawer-open")) return;
    document.body.classList.toggle("drawer-open", open);
    button.setAttribute("aria-expanded", String(open));
    if (open) {
      drawer.setAttribute("role", "dialog");
      drawer.setAttribute("aria-modal", "true");
      drawer.querySelector(".filters-close").focus();
    } else {
      drawer.removeAttribute("role");
      drawer.removeAttribute("aria-modal");
      button.focus();
    }
  }

  function keepInDrawer(event) {
    const drawer = document.getElementById("filters");
    const stops = [...drawer.querySelectorAll("a, button, input:not([type=hidden]), summary")].filter(
      (each) => each.checkVisibility(),
    );
    const last = stops[stops.length - 1];
    const edge = event.shiftKey ? stops[0] : last;
    if (document.activeElement !== edge && drawer.contains(document.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? last : stops[0]).focus();
  }

  // Who has stepped into the suggestions stays at that place when a late answer draws them anew.
  let stepped = null;
  const items = (box) => [...box.querySelectorAll(".suggest-item")];

  document.addEventListener("click", (event) => {
    const drawer = event.target.closest("[data-drawer]");
    if (drawer) turnDrawer(drawer.dataset.drawer === "open");
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
      turnDrawer(false);
      document.body.classList.add("suggest-closed");
      return;
    }
    if (event.key === "Tab" && document.body.classList.contains("drawer-open")) keepInDrawer(event);
    // What is called a checkbox is switched by the space bar, also where it is a link.
    if (event.key === " " && event.target.matches("[role=checkbox]")) {
      event.preventDefault();
      event.target.click();
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
