/* The page as a whole: theme, help, what is open, printing. Knows no table, chart or document by itself.
 * State: theme=dark|light, keys=0, open=ID,ID and shut=ID,ID (details that are not as the page was written), at=ID. */
const dress = (root) => [sorting, charts, links].forEach((one) => part("dress", () => one(root)));

const keys = (() => {
  const lines = [];
  const actions = new Map();
  on(document, "keydown", (event) => {
    if (event.key === "Escape") { tip.hide(); }
    const busy = event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
    const action = actions.get(event.key);
    if (action && !busy && !event.ctrlKey && !event.metaKey && !event.altKey && state.get("keys") !== "0") {
      event.preventDefault();
      action();
    }
  });
  const add = (key, meaning, action) => {
    lines.push(make("dt", {}, make("kbd", {}, key)), make("dd", {}, meaning));
    if (action) { actions.set(key, action); }
  };
  return { lines, add };
})();

part("theme", () => {
  const turner = $("theme");
  const next = new Map([["", "dark"], ["dark", "light"], ["light", ""]]);
  const theme = () => (next.has(state.get("theme")) ? state.get("theme") : "");
  const show = () => {
    document.documentElement.dataset.theme = theme();
    if (!theme()) { delete document.documentElement.dataset.theme; }
    if (turner) { turner.textContent = `theme: ${theme() || "auto"}`; }
  };
  const turn = () => {
    state.set("theme", next.get(theme()));
    show();
  };
  on(turner, "click", turn);
  keys.add("t", "theme: as the system has it, dark, light", turn);
  state.onchange(show);
});

/* Details: what was opened is dressed then, and is part of the link. */
const written = new Set(all("details[id][open]"));
const remember = () => {
  const ids = (open) => all("details[id]").filter((details) => details.open === open && written.has(details) !== open &&
    details.id !== state.get("at")).map((details) => details.id).join();
  state.set("open", ids(true));
  state.set("shut", ids(false));
};
part("details", () => {
  let printing = null;
  const put = (open) => printing.forEach((details) => { details.open = open; });
  on(document, "toggle", ({ target }) => {
    if (target.localName === "details" && !printing) {
      if (target.open) { dress(target); }
      remember();
    }
  }, true);
  state.onchange(() => {
    const [open, shut] = ["open", "shut"].map((key) => new Set((state.get(key) || "").split(",")));
    for (const details of all("details[id]")) {
      details.open = open.has(details.id) || (written.has(details) && !shut.has(details.id));
    }
  });
  on(window, "beforeprint", () => {
    printing = printing || all("details:not([open])");
    put(true);
  });
  on(window, "afterprint", () => {
    printing = printing || [];
    put(false);
    printing = null;
  });
});

part("help", () => {
  const single = make("input", { type: "checkbox", change: () => state.set("keys", single.checked ? "" : "0") });
  const list = make("dl", {});
  const dialog = dialogOf("help", "Keys", list, make("p", {}, make("label", {}, single, " single keys outside of fields")));
  const open = () => {
    list.replaceChildren(...keys.lines);
    single.checked = state.get("keys") !== "0";
    tip.hide();
    dialog.showModal();
  };
  $("tools")?.insertBefore(button("keys", open, { id: "keys" }), $("status"));
  if ($("search")) { keys.add("/", "search", () => $("search").select()); }
  keys.add("?", "this list", open);
  keys.add("Escape", "closes the tooltip or the dialog; in the search, clears it");
  keys.add("arrows", "on a chart: from mark to mark, Page up and down by ten, Home, End; with Shift: move a chart that is zoomed");
  keys.add("Enter", "on a mark: to what it stands for");
  keys.add("+ \u2212 0", "on a distribution or a time line: closer, away, whole; Ctrl and wheel, drag, double click");
});
