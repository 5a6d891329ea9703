/* Keys for the review desk. Everything works without them: they only press what is on the page. */
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const keys = find("keys");
  const open = find("keys-open");
  const rows = [...document.querySelectorAll(".rows .go")];
  const hit = find("hit");

  const showKeys = () => keys.open || keys.showModal();
  if (open) {
    open.hidden = false;
    open.addEventListener("click", showKeys);
  }

  // A wide screen shows the filters opened; without a script the reader opens them.
  const filters = document.querySelector("details.facets");
  if (filters && window.matchMedia("(min-width: 60rem)").matches) filters.open = true;

  const move = (step) => {
    if (rows.length) {
      const at = rows.indexOf(document.activeElement);
      const to = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
      const row = rows[Math.min(rows.length - 1, Math.max(0, to))];
      row.focus();
      row.closest("li").scrollIntoView({ block: "nearest" });
    } else {
      press(step > 0 ? "next" : "previous");
    }
  };
  const press = (id) => find(id) && find(id).click();
  const write = (id) => find(id) && find(id).focus();

  const why = () => find("reject") && find("reject").closest("details");

  // Boxes of the queue: x marks the row that has the focus.
  const boxes = [...document.querySelectorAll(".rows input[name=pick]")];
  const told = find("picked-count");
  const count = () => {
    if (told) told.textContent = boxes.filter((box) => box.checked).length + " / " + boxes.length;
  };
  const pick = () => {
    const row = document.activeElement.closest(".row");
    const box = row && row.querySelector("input[name=pick]");
    if (box) box.click();
    if (box && find("bulk")) find("bulk").closest("details").open = true;
  };
  for (const [id, all] of [["pick-all", true], ["pick-none", false]]) {
    if (find(id)) find(id).addEventListener("click", (event) => {
      event.preventDefault();
      for (const box of boxes) box.checked = all;
      count();
    });
  }
  for (const box of boxes) box.addEventListener("change", count);
  if (boxes.some((box) => box.checked)) count();

  const actions = {
    j: () => move(1),
    k: () => move(-1),
    c: () => press("confirm"),
    r: () => {
      press("reject");
      if (why() && why().open) why().querySelector("button").focus();
    },
    u: () => press("unsure"),
    n: () => write("note"),
    x: pick,
    a: () => write("assignee"),
    z: () => {
      const undo = document.querySelector("[data-key=z]");
      if (undo) undo.click();
    },
    o: () => press("original"),
    "/": () => (find("words") ? write("words") : location.assign("/search")),
    "?": showKeys,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || keys.open) return;
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (typing) {
      if (event.key === "Escape") typing.blur();
      return;
    }
    if (/^[1-9]$/.test(event.key) && why() && why().open) {
      const reason = why().querySelectorAll("button")[event.key - 1];
      if (reason && !event.repeat) reason.click();
      return;
    }
    const action = actions[event.key];
    if (action && (!event.repeat || "jk".includes(event.key))) {
      event.preventDefault();
      action();
    }
  });

  // One press is one verdict, also on a slow machine.
  const form = find("verdict");
  if (form) form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => form && delete form.dataset.sent);

  // A wide table on a narrow screen opens at the quote.
  const box = hit && hit.closest(".scroll");
  if (box) box.scrollLeft = Math.max(0, hit.getBoundingClientRect().left - box.getBoundingClientRect().left - 40);
})();
