/* Tables: order by a column, search over rows and benchmarks, hiding of rows that say "same". Knows no chart and no document.
 * State: sort.TABLE=COLUMN:asc|desc, q, same=0. */
const sorting = (() => {
  const collator = new Intl.Collator("en", { numeric: true });
  const written = new WeakMap(); /* of a table's body: its rows in the order of the report */
  const title = (head) => head.textContent.trim();
  const heads = (table) => Array.from(table.tHead?.rows[0]?.cells || []);
  const missing = (key) => key === "" || Number.isNaN(key);
  /* A column of numbers holds numbers or nothing; what is missing is last in both directions. */
  const keysOf = (rows, column) => {
    const cells = rows.map((row) => row.cells[column]);
    return cells.some((cell) => cell?.dataset.number) ? cells.map((cell) => parseFloat(cell?.dataset.number))
      : cells.map((cell) => cell?.textContent.trim() || "");
  };
  const sort = (table, column, direction) => {
    const sign = direction === "desc" ? -1 : 1;
    heads(table).forEach((head) => head.removeAttribute("aria-sort"));
    if (direction) { heads(table)[column].setAttribute("aria-sort", sign < 0 ? "descending" : "ascending"); }
    for (const body of table.tBodies) {
      if (!written.has(body)) { written.set(body, Array.from(body.rows)); }
      const rows = written.get(body);
      const order = Array.from(rows.keys());
      if (direction) {
        const found = keysOf(rows, column);
        order.sort((a, b) => {
          const [x, y] = [found[a], found[b]];
          if (missing(x) || missing(y)) { return missing(x) - missing(y) || a - b; }
          return sign * (typeof x === "number" ? x - y : collator.compare(x, y)) || a - b;
        });
      }
      body.append(...order.map((index) => rows[index]));
    }
  };
  const click = (table, column) => {
    const head = heads(table)[column];
    const direction = { ascending: "desc", descending: "" }[head.getAttribute("aria-sort")] ?? "asc";
    sort(table, column, direction);
    state.set(`sort.${table.id}`, direction && `${title(head)}:${direction}`);
    announce(`${title(head)}: ${{ asc: "ascending", desc: "descending" }[direction] || "in the order of the report"}`, true);
  };
  state.onchange(() => {
    const wanted = state.keys().filter((key) => key.startsWith("sort.")).map((key) => key.slice(5));
    const sorted = all("th[aria-sort]").map((head) => head.closest("table").id);
    for (const id of new Set([...sorted, ...wanted])) {
      const table = $(id);
      const [, name, direction] = /^(.*):(asc|desc)$/.exec(state.get(`sort.${id}`)) || [];
      const column = table?.tBodies ? heads(table).findIndex((head) => title(head) === name) : -2;
      if (column > -2) { sort(table, column, column < 0 ? "" : direction); }
    }
  });
  /* Facts of one benchmark have no order, and a table of one row needs none. */
  return (root) => all("table[id]", root).filter((table) => !table.closest("details.benchmark") && table.rows.length > 2)
    .forEach((table) => heads(table).forEach((head, column) => {
      if (title(head) && !head.querySelector("button, a")) {
        const sorter = button("", () => click(table, column), { class: "sort" });
        sorter.append(...head.childNodes);
        head.append(sorter);
      }
    }));
})();

part("search", () => {
  const search = $("search");
  const hide = $("hide-same");
  const free = (element) => !element.parentElement.closest("details.benchmark");
  const benchmarks = all("main details.benchmark");
  const rows = all("main tbody tr").filter(free);
  const sheets = all("main .scroll").filter((sheet) => free(sheet) && sheet.querySelector("tbody tr")); /* not drawings */
  const texts = new Map();
  const text = (element) => {
    if (!texts.has(element)) { texts.set(element, (element.dataset.search || element.textContent).toLowerCase()); }
    return texts.get(element);
  };
  const count = (elements, word) =>
    elements.length ? [`${elements.filter((element) => !element.hidden).length} of ${elements.length} ${word}`] : [];
  const filter = () => {
    const words = (state.get("q") || "").toLowerCase().split(/\s+/).filter(Boolean);
    const without = state.get("same") === "0";
    for (const element of [...benchmarks, ...rows]) {
      element.hidden = (without && element.dataset.word === "same") || !words.every((word) => text(element).includes(word));
    }
    /* A table without rows only distracts; a chart's row is dimmed with its twin. */
    sheets.forEach((sheet) => { sheet.hidden = !sheet.querySelector("tr:not([hidden]) > td"); });
    all("svg [data-tip] a").forEach((link) =>
      link.closest("[data-tip]").classList.toggle("dim", Boolean($((link.getAttribute("href") || "").slice(1))?.hidden)));
    const shown = [...count(benchmarks, "benchmarks"), ...count(rows, "rows")].join(" and ");
    announce(words.length || without ? `${shown} shown` : "");
  };
  let filtered = false;
  state.onchange(() => {
    const query = state.get("q") || "";
    if (search && search.value.trim() !== query) { search.value = query; }
    if (hide) { hide.checked = state.get("same") === "0"; }
    const wanted = Boolean(query || state.get("same"));
    if (wanted || filtered) { filter(); }
    filtered = wanted;
  });
  const change = () => {
    filtered = true;
    state.set("q", search ? search.value.trim() : state.get("q"));
    state.set("same", hide?.checked ? "0" : "");
    filter();
  };
  on(search, "input", change);
  on(hide, "change", change);
  on(search, "keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      if (!search.value) { search.blur(); }
      search.value = "";
      change();
    }
  });
});
