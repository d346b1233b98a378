/* A profile's flame graph with its controls, and the selected function's callers and callees. Knows no JSON and draws nothing.
 * State, K the figure's id less "flame-", or the box's less "p": flame.K=FUNCTION.FUNCTION... (what is zoomed to, by the way from
 * its root), flip.K=1 (root at the bottom), order.K=name, callers.K=1 (turned over), find.K=TEXT or /EXPRESSION/, function.K=FUNCTION
 * (selected). Classes: .live (figure with a canvas), .view, .tall, .controls, .where, .matched, .selected, .pair. */
const flameView = (box) => {
    const figure = box.querySelector("figure.flame");
    const still = figure && figure.querySelector(".scroll");
    const key = figure ? figure.id.slice(6) : box.id.replace(/^p/, ""); /* a difference keeps its d */
    const read = (name) => state.get(`${name}.${key}`);
    const write = (name, value) => state.set(`${name}.${key}`, value);
    const panel = make("div", { class: "selected", tabindex: "-1", hidden: "" });
    let model = null;
    let loading = null;
    let stage = null;
    let now = null;
    let parts = null;
    let tree = null; /* that is shown: the model's, or that one turned over */
    let turned = null;

    const amount = (value) => {
        const text = box.dataset.digits ? (value / Number(box.dataset.size)).toFixed(3) : value.toFixed(Number.isInteger(value) ? 0 : 2);
        return `${text} ${box.dataset.unit}`;
    };
    const calls = (count) => (typeof count === "number" ? `, ${flames.counted(count)} call${count === 1 ? "" : "s"}` : "");
    const words = (node) => {
        if (node < 0) {
            return `all: ${amount(tree.whole)}`;
        }
        const of = tree.of[node];
        const { kind } = model.functions[of];
        const change = model.changes && model.changes.get(of);
        let first = node;
        while (tree.parent[first] >= 0) {
            first = tree.parent[first];
        }
        const cost = tree !== turned ? `total ${amount(tree.total[node])}, own ${amount(tree.own[node])}`
            : `${amount(tree.total[node])} of ${model.names[tree.of[first]]} itself, called this way`;
        const by = !change || !change.change ? "" : change.base === null ? ", new"
            : `, by itself ${change.change < 0 ? "less" : "more"} than base (${change.proven ? "" : "not "}proven)`;
        return `${model.titles[of]}: ${flames.points(tree.total[node] / tree.whole)} of all, ${cost}${calls(tree.calls[node])}${
            kind === "function" ? "" : `, ${kind}`}${by}`;
    };
    const way = (node) => (node < 0 ? [] : [...way(tree.parent[node]), tree.of[node]]);
    const follow = (text) => {
        let node = -1;
        for (const of of (text || "").split(".").filter(Boolean)) {
            const next = flames.children(tree, node).find((kid) => tree.of[kid] === Number(of));
            if (next === undefined) {
                break;
            }
            node = next;
        }
        return node;
    };

    /* ---- the graph ---- */
    const zoom = (node) => {
        [now.from, now.to] = node < 0 ? [0, tree.whole] : [now.x[node], now.x[node] + tree.total[node]];
        parts.whole.disabled = node < 0;
        stage.later();
    };
    const enter = (node) => {
        write("flame", way(node).join("."));
        zoom(node);
        select(node < 0 ? -1 : tree.of[node]);
        announce(node < 0 ? "the whole" : `zoomed to ${words(node)}`, true);
    };
    const point = (node, quiet) => {
        now.at = node;
        parts.where.textContent = node > -2 ? words(node) : "\u00a0";
        stage.later();
        if (!quiet) {
            announce(words(node), true);
        }
    };
    const tester = (text) => {
        const expression = /^\/(.+?)\/?$/.exec(text);
        if (!expression) {
            return (name) => name.toLowerCase().includes(text.toLowerCase());
        }
        try {
            const pattern = new RegExp(expression[1], "i");
            return (name) => pattern.test(name.slice(0, 300));
        } catch (error) {
            return null;
        }
    };
    const seek = () => {
        const text = read("find") || "";
        const test = tester(text);
        now.hit = text && test ? Uint8Array.from(model.titles, (title, at) => (test(title) || test(model.names[at]) ? 1 : 0)) : null;
        parts.find.setAttribute("aria-invalid", String(!test));
        const found = now.hit ? now.hit.reduce((sum, one) => sum + one, 0) : 0;
        parts.matched.textContent = now.hit ? `matched ${flames.points(flames.share(model.tree, now.hit))}, ${found} function${found === 1 ? "" : "s"}`
            : test ? "" : "not a regular expression";
        stage.later();
    };
    const show = () => {
        turned = read("callers") && !turned ? flames.turn(model.tree) : turned;
        tree = read("callers") ? turned : model.tree;
        Object.assign(now, { tree, at: -2, flip: Boolean(read("flip")), all: `all ${amount(tree.whole)}` },
            flames.place(tree, read("order") ? model.rank() : null));
        parts.tall.style.height = `${(now.rows.length + 1) * FLAME_ROW}px`;
        parts.view.scrollTop = now.flip ? parts.view.scrollHeight : 0;
        for (const [name, button] of Object.entries(parts.toggles)) {
            button.setAttribute("aria-pressed", String(Boolean(read(name))));
        }
        zoom(follow(read("flame")));
        parts.find.value = read("find") || "";
        seek();
    };

    /* The neighbour of a frame; beside it, what is narrower than a pixel is stepped over. */
    const step = (node, direction) => {
        const seen = (at) => now.x[at] < now.to && now.x[at] + tree.total[at] > now.from;
        if (direction === "up") {
            return node < 0 ? -1 : tree.parent[node];
        }
        if (direction === "down") {
            const kids = Array.from(flames.children(tree, node)).filter(seen);
            return kids.length ? kids.reduce((best, kid) => (tree.total[kid] > tree.total[best] ? kid : best)) : node;
        }
        const row = node < 0 ? [] : now.rows[tree.depth[node] - 1];
        const least = (now.to - now.from) / parts.canvas.clientWidth;
        let at = row.indexOf(node);
        do {
            at += direction;
        } while (at >= 0 && at < row.length && seen(row[at]) && tree.total[row[at]] < least);
        return at >= 0 && at < row.length && seen(row[at]) ? row[at] : node;
    };
    const press = (event) => {
        const moves = { ArrowUp: now.flip ? "down" : "up", ArrowDown: now.flip ? "up" : "down", ArrowLeft: -1, ArrowRight: 1 };
        if (event.ctrlKey || event.metaKey || event.altKey) {
            return;
        }
        if (moves[event.key]) {
            const next = now.at < -1 ? follow(read("flame")) : step(now.at, moves[event.key]);
            const y = stage.top(next < 0 ? 0 : tree.depth[next]);
            point(next);
            parts.view.scrollTop = Math.min(y, Math.max(parts.view.scrollTop, y + FLAME_ROW - parts.view.clientHeight));
        } else if (event.key === "Enter" || event.key === " ") {
            enter(Math.max(-1, now.at));
        } else if (event.key === "0" || (event.key === "Escape" && read("flame"))) {
            enter(-1);
            point(-1, true);
        } else {
            return;
        }
        tip.hide();
        event.preventDefault();
        event.stopPropagation();
    };
    const slide = (from, width) => {
        now.from = Math.min(tree.whole - width, Math.max(0, from));
        now.to = now.from + width;
        parts.whole.disabled = width === tree.whole;
        stage.later();
    };
    const wheel = (event) => {
        const width = now.to - now.from;
        if (event.ctrlKey || event.metaKey) {
            const at = event.offsetX / parts.canvas.clientWidth;
            const next = width * Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 150);
            const bounded = Math.min(tree.whole, Math.max(tree.whole * 1e-7, next));
            slide(now.from + at * (width - bounded), bounded);
        } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
            slide(now.from + (event.deltaX || event.deltaY) * width / parts.canvas.clientWidth, width);
        } else {
            return;
        }
        event.preventDefault();
    };
    const listen = (canvas) => {
        let held = null;
        let moved = false;
        const on = (type, action, options) => canvas.addEventListener(type, action, options);
        on("keydown", press);
        on("wheel", wheel, { passive: false });
        on("blur", () => point(-2, true));
        on("pointerdown", (event) => {
            held = event.button === 0 ? { x: event.clientX, from: now.from } : null;
            moved = false;
        });
        on("pointermove", (event) => {
            if (held && event.buttons) {
                moved = moved || Math.abs(event.clientX - held.x) > 4;
                const width = now.to - now.from;
                if (moved) {
                    canvas.setPointerCapture(event.pointerId);
                    tip.hide();
                    slide(held.from - (event.clientX - held.x) * width / canvas.clientWidth, width);
                }
                return;
            }
            const node = stage.pick(event);
            if (node !== now.at) {
                point(node, true);
            }
            if (node > -2) {
                tip.show(words(node), event.clientX, event.clientY);
            } else {
                tip.hide();
            }
        });
        on("pointerleave", () => {
            held = null;
            tip.hide();
            point(-2, true);
        });
        on("click", (event) => {
            const node = moved ? -2 : stage.pick(event);
            if (node > -2) {
                enter(node);
            }
        });
        parts.view.addEventListener("scroll", () => stage.later(), { passive: true });
        new ResizeObserver(() => stage.later()).observe(parts.view);
        new MutationObserver(() => stage.later(true)).observe(document.documentElement, { attributeFilter: ["data-theme"] });
        for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
            matchMedia(query).addEventListener("change", () => stage.later(true));
        }
    };
    const build = () => {
        const toggle = (name, value, text) => make("button", { type: "button", click: () => {
            write(name, read(name) ? "" : value);
            if (name === "callers") {
                write("flame", "");
            }
            show();
        } }, text);
        const find = make("input", { type: "search", id: `find-${key}`, spellcheck: "false", placeholder: "text or /expression/",
            input: () => {
                write("find", find.value);
                seek();
            } });
        const help = make("p", { id: `help-${key}`, class: "quiet" },
            "Arrow keys go from frame to frame, Enter zooms to one, Escape or 0 shows the whole. The table has the functions.");
        const canvas = make("canvas", { tabindex: "0", role: "application", "aria-roledescription": "flame graph",
            "aria-label": still.getAttribute("aria-label"), "aria-describedby": help.id });
        const tall = make("div", { class: "tall" }, canvas);
        parts = { find, canvas, tall, view: make("div", { class: "view" }, tall), matched: make("output", { class: "matched", for: find.id }),
            where: make("p", { class: "where" }, "\u00a0"), whole: make("button", { type: "button", click: () => enter(-1) }, "whole"),
            toggles: { callers: toggle("callers", "1", "callers"), flip: toggle("flip", "1", "root at the bottom"),
                order: toggle("order", "name", "by name") } };
        still.before(make("div", { class: "controls" }, make("label", { for: find.id }, "find frames"), find, parts.matched,
            ...Object.values(parts.toggles), parts.whole), parts.view, parts.where, help);
        figure.classList.add("live");
        stage = flameStage(figure, canvas, parts.view, tall);
        now = stage.now;
        stage.dress(model);
        listen(canvas);
    };

    /* ---- the selected function ---- */
    const near = (of, callees) => {
        const [here, other] = callees ? ["caller", "callee"] : ["callee", "caller"];
        const title = callees ? "calls" : "is called by";
        const rows = model.edges.filter((edge) => edge[here] === of);
        const cost = (edge) => (typeof edge.total === "number" ? edge.total : edge.own) || 0;
        const cell = (value, text) => make("td", { "data-number": typeof value === "number" ? value : "" },
            typeof value === "number" ? text(value) : "");
        const head = (text, at) => make("th", at ? { scope: "col", "data-numeric": "true" } : { scope: "col" }, text);
        rows.sort((a, b) => cost(b) - cost(a));
        if (!rows.length) {
            return make("p", { class: "note" }, callees ? "It calls nothing that is known." : "Nothing that is known calls it.");
        }
        return make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `${title}: ${model.titles[of]}` },
            make("table", { id: `${other}s-${key}` }, make("caption", {}, title),
                make("thead", {}, make("tr", {}, ...["function", "calls", "own", "total"].map(head))),
                make("tbody", {}, ...rows.map((edge) => make("tr", {}, make("th", { scope: "row" }, make("button", { type: "button",
                    class: "link", click: () => choose(edge[other]) }, model.titles[edge[other]])),
                cell(edge.calls, flames.counted), cell(edge.own, amount), cell(edge.total, amount))))));
    };
    const select = (of) => {
        const row = model.functions[of];
        write("function", row ? of : "");
        panel.hidden = !row;
        if (stage) {
            now.selected = row ? of : -1;
            stage.later();
        }
        if (row) {
            const hit = Uint8Array.from(model.names, (name, at) => (at === of ? 1 : 0));
            const share = model.tree ? `${flames.points(flames.share(model.tree, hit))} of all with what it calls, ` : "";
            const close = make("button", { type: "button", "aria-label": "close the selected function", click: () => {
                select(-1);
                (stage ? parts.canvas : box.querySelector("tbody a")).focus();
            } }, "close");
            panel.replaceChildren(close, make("h4", {}, model.titles[of]),
                make("p", {}, `${share}own ${amount(row.own || 0)}${calls(row.calls)}`),
                make("div", { class: "pair" }, near(of, false), near(of, true)));
            dress(panel);
        }
    };
    const choose = (of) => load().then(() => {
        if (model) {
            select(of);
            panel.focus({ preventScroll: true });
            panel.scrollIntoView({ block: "nearest" });
        }
    });

    const load = () => {
        loading = loading || documents(Number(box.dataset.part)).then((document) => {
            model = flames.profile(document, Number(box.dataset.profile), Number(box.dataset.difference || NaN));
            (figure ? figure.querySelector("figcaption") : box.querySelector("h3")).before(panel);
            if (figure && model.tree) {
                build();
                show();
            }
        }).catch((error) => box.prepend(make("p", { class: "note" }, `The graph stands still: ${error.message}`)));
        return loading;
    };
    state.onchange(() => {
        const wanted = ["flame", "flip", "order", "callers", "find", "function"].some(read);
        if (wanted || loading) {
            load().then(() => {
                if (model) {
                    select(Number(read("function") || NaN));
                }
                if (stage) {
                    show();
                }
            });
        }
    });
    return { box, choose, load };
};

part("flames", () => {
    const views = all("div.profile[data-part]").map(flameView);
    /* A link to a function selects it; without script it leads to its frame. */
    const target = (id, near) => {
        const [, index, profile, of] = /^f(\d+)-(\d+)-(\d+)$/.exec(id) || [];
        const fit = views.filter(({ box }) => of && box.dataset.part === index && box.dataset.profile === profile);
        const view = fit.find(({ box }) => box.contains(near)) || fit[fit.length - 1];
        return view && (() => view.choose(Number(of)));
    };
    document.addEventListener("click", (event) => {
        const link = event.target.closest("a[href^='#f']");
        const choose = link && !event.ctrlKey && !event.metaKey && !event.shiftKey && target(link.getAttribute("href").slice(1), link);
        if (choose) {
            event.preventDefault();
            choose();
        }
    });
    state.onchange(() => {
        const choose = target(state.get("at") || "", null);
        if (choose) {
            state.set("at", "");
            choose();
        }
    });
    if (views.length) {
        const seen = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
            seen.unobserve(entry.target);
            views.find(({ box }) => box === entry.target).load();
        }), { rootMargin: "300px" });
        views.forEach(({ box }) => seen.observe(box));
        keys.add("arrows, Enter, 0", "on a flame graph: from frame to frame, zoom, the whole; drag or shift and the wheel move it");
    }
});
