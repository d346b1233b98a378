/* Charts: tooltips of marks by pointer and by keyboard, zoom. Knows no document: what a mark says is in its data-tip.
 * State: zoom.CHART=x,y,width,height. */
part("tooltips", () => {
  /* A page that scrolls under a resting pointer also sends events: they must not disturb the keys' tooltip. */
  let last = "";
  const place = ({ clientX, clientY }) => `${clientX} ${clientY}`;
  on(document, "pointermove", (event) => { last = place(event); });
  on(document, "pointerover", (event) => {
    const mark = event.target.closest("[data-tip]");
    if (mark && !event.buttons && place(event) !== last) { tip.show(mark.dataset.tip, event.clientX, event.clientY); }
  });
  on(document, "pointerout", (event) => {
    if (event.target.closest("[data-tip]") && place(event) !== last) { tip.hide(); }
  });
  /* Outside of charts what has the focus, or holds what is explained, explains itself. */
  on(document, "focusin", ({ target }) => {
    const mark = target.closest("[data-tip]") || (target.matches("a, button, summary") && target.querySelector("[data-tip]"));
    if (mark) { beside(mark, target); }
  });
  on(document, "focusout", tip.hide);
});
/* A frame later: the focus may scroll, and scrolling hides the tooltip. */
const beside = (mark, owner) => requestAnimationFrame(() => {
  const { left, top, width, height } = mark.getBoundingClientRect();
  tip.show(mark.dataset.tip, left + Math.min(width / 2, 40), top + height / 2, owner);
});

const charts = (() => {
  const STEPS = { ArrowRight: ["x", 1], ArrowLeft: ["x", -1], ArrowDown: ["y", 1], ArrowUp: ["y", -1],
    PageDown: ["x", 10], PageUp: ["x", -10], Home: ["x", -1e9], End: ["x", 1e9] };
  /* Arrow keys go from mark to mark as the eye does: left and right by x, up and down by y. */
  const walk = (svg, zoom) => {
    let orders = null;
    let current = null;
    const leave = () => {
      current?.classList.remove("current");
      current = null;
      tip.hide();
    };
    const order = () => {
      const marks = all("[data-tip]", svg).map((mark) => {
        const box = mark.getBoundingClientRect();
        return { mark, x: box.left + box.width / 2, y: box.top + box.height / 2 };
      });
      const by = (first, second) =>
        marks.slice().sort((a, b) => a[first] - b[first] || a[second] - b[second]).map(({ mark }) => mark);
      return { x: by("x", "y"), y: by("y", "x") };
    };
    const go = (shift, axis, by) => {
      orders = orders || order();
      if (shift || !orders.x.length) { return zoom.pan(axis, Math.sign(by)); }
      const marks = orders[axis];
      const from = current ? marks.indexOf(current) : by > 0 ? -1 : marks.length;
      leave();
      current = marks[Math.min(marks.length - 1, Math.max(0, from + by))];
      current.classList.add("current");
      zoom.follow(current);
      current.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
      announce(current.dataset.tip, true);
      beside(current, svg);
      return true;
    };
    svg.setAttribute("tabindex", "0");
    on(svg, "blur", leave);
    on(svg, "keydown", (event) => {
      if (event.target !== svg || event.ctrlKey || event.metaKey || event.altKey) { return; }
      const link = event.key === "Enter" && (current?.closest("a") || current?.querySelector("a"));
      if (link) { location.hash = link.getAttribute("href"); }
      if (link || (Object.hasOwn(STEPS, event.key) ? go(event.shiftKey, ...STEPS[event.key]) : zoom.key(event.key))) { event.preventDefault(); }
    });
  };

  const fixed = { follow: () => {}, pan: () => false, key: () => false };
  const restores = new Map(); /* of a zoomable figure's id */
  const zoomable = (figure, svg) => {
    const whole = (svg.getAttribute("viewBox") || "").split(/[\s,]+/).map(parseFloat);
    if (!(whole[2] > 0 && whole[3] > 0)) { return fixed; }
    let view = whole;
    let held = null;
    const name = `zoom.${figure.id}`;
    const clamp = (axis, at, size) => Math.min(whole[axis] + whole[axis + 2] - size, Math.max(whole[axis], at));
    const put = (x, y, wide) => {
      const width = Math.min(whole[2], Math.max(whole[2] / 40, wide));
      const height = width * whole[3] / whole[2];
      const zoomed = width < whole[2] * 0.999;
      view = zoomed ? [clamp(0, x, width), clamp(1, y, height), width, height].map((value) => Number(value.toFixed(2))) : whole;
      svg.setAttribute("viewBox", view.join(" "));
      svg.classList.toggle("zoomed", zoomed);
      svg.style.touchAction = zoomed ? "none" : "";
      if (!held) { state.set(name, zoomed ? view.join(",") : ""); }
    };
    const reset = () => put(...whole);
    const scale = (factor, [x, y] = [view[0] + view[2] / 2, view[1] + view[3] / 2]) =>
      put(x - (x - view[0]) * factor, y - (y - view[1]) * factor, view[2] * factor);
    const closer = () => scale(2 / 3);
    const away = () => scale(3 / 2);
    const point = (x, y) => {
      const where = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM().inverse());
      return [where.x, where.y];
    };
    const drop = () => {
      held = null;
      put(...view);
    };
    on(svg, "wheel", (event) => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        scale(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 150), point(event.clientX, event.clientY));
      }
    }, { passive: false });
    on(svg, "pointerdown", (event) => {
      if (view !== whole && event.button === 0) {
        held = point(event.clientX, event.clientY);
        svg.setPointerCapture(event.pointerId);
        tip.hide();
      }
    });
    on(svg, "pointermove", (event) => {
      if (held) {
        const [x, y] = point(event.clientX, event.clientY);
        put(view[0] + held[0] - x, view[1] + held[1] - y, view[2]);
      }
    });
    on(svg, "pointerup", () => held && drop());
    on(svg, "pointercancel", () => held && drop());
    on(svg, "dblclick", reset);
    const step = (text, title, click) => button(text, click, { title, "aria-label": title });
    svg.after(make("div", { class: "zoom", role: "group", "aria-label": "zoom" }, step("+", "zoom in", closer),
      step("\u2212", "zoom out", away), step("0", "whole chart", reset)));
    const restore = () => {
      const wanted = (state.get(name) || "").split(",").map(parseFloat);
      put(...(wanted.length === 4 && wanted.every(Number.isFinite) ? wanted : whole));
    };
    restores.set(figure.id, restore);
    restore();
    const actions = new Map([["+", closer], ["=", closer], ["-", away], ["0", reset]]);
    return {
      pan: (axis, sign) => {
        const by = sign * view[2] / 8;
        put(view[0] + (axis === "x" && by), view[1] + (axis === "y" && by), view[2]);
        return view !== whole; /* else the page scrolls */
      },
      key: (key) => {
        actions.get(key)?.();
        return actions.has(key);
      },
      follow: (mark) => {
        const [a, b] = [mark.getBoundingClientRect(), svg.getBoundingClientRect()];
        if (a.right < b.left || a.left > b.right || a.bottom < b.top || a.top > b.bottom) {
          const [x, y] = point((a.left + a.right) / 2, (a.top + a.bottom) / 2);
          put(x - view[2] / 2, y - view[3] / 2, view[2]);
        }
      }
    };
  };

  const dressed = new WeakSet();
  const dressOne = (figure) => {
    const svg = figure?.querySelector("svg");
    if (!svg || !figure.matches(".chart") || dressed.has(svg)) { return; }
    dressed.add(svg);
    const zoom = figure.matches(".distribution, .order") ? zoomable(figure, svg) : fixed;
    if (zoom !== fixed || svg.querySelector("[data-tip]")) { walk(svg, zoom); }
  };
  state.onchange(() => {
    restores.forEach((restore) => restore());
    state.keys().filter((key) => key.startsWith("zoom.")).forEach((key) => dressOne($(key.slice(5))));
  });
  return (root) => {
    all("figure.chart", root).filter((figure) => !figure.closest("details:not([open])")).forEach(dressOne);
    all("[data-tip]:not(svg *)", root).filter((mark) => mark.tabIndex < 0 && !mark.closest("figure, a, button, summary"))
      .forEach((mark) => { mark.tabIndex = 0; });
  };
})();
