/* A profile as trees of frames: of calls, and turned over (who was called from where). Pure: knows no element and no canvas.
 *   flames.profile(document, profile, difference)   names, looks, words and the tree of calls; difference: an index, or NaN
 *   flames.turn(tree)         the tree with every function that costs something at the top and its callers below
 *   flames.place(tree, rank)  where each frame begins, row by row; rank: order of functions by name, null: by cost
 *   flames.share(tree, hit)   the share of the whole that is in functions that are hit, nested ones counted once */
const flames = (() => {
    const clean = (text) => String(text === null || text === undefined ? "?" : text)
        .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, "\ufffd");
    const base = (path) => path.split("/").pop();

    /* As the tables have them. */
    const titled = (row) => {
        const name = clean(row.name);
        const file = row.file ? clean(base(row.file)) : "";
        if (row.kind === "library") {
            return file ? `{${name} in ${file}}` : `{${name}}`;
        }
        const text = file && row.line && row.kind !== "outside" ? `${file}:${row.line}(${name})` : name;
        return row.kind === "inlined" ? `${text} [inlined]` : text;
    };
    const points = (share) => `${(share * 100).toFixed(Math.abs(share) < 0.000995 && share ? 2 : 1)} %`;
    const counted = (count) => {
        const whole = Math.round(count);
        return Math.abs(count - whole) <= 1e-5 * Math.abs(count) ? String(whole)
            : count < 0.01 ? count.toPrecision(2) : count.toFixed(count < 10 ? 3 : 2);
    };
    const look = (change) => {
        if (!change) {
            return "same";
        }
        if (change.base === null) {
            return "new";
        }
        return !change.change ? "same" : `${change.proven ? "" : "maybe-"}${change.change > 0 ? "more" : "less"}`;
    };

    /* Parents come before their children in every tree. Adds what costs follow from. */
    const grow = (tree) => {
        const count = tree.of.length;
        tree.total = new Float64Array(count);
        tree.depth = new Int32Array(count);
        tree.first = new Int32Array(count + 2); /* of each parent, counted from -1: where its children are in `kids` */
        tree.whole = 0;
        for (let i = count - 1; i >= 0; i--) {
            const parent = tree.parent[i];
            tree.total[i] += tree.own[i];
            if (parent < 0) {
                tree.whole += tree.total[i];
            } else {
                tree.total[parent] += tree.total[i];
            }
        }
        for (let i = 0; i < count; i++) {
            tree.depth[i] = tree.parent[i] < 0 ? 1 : tree.depth[tree.parent[i]] + 1;
            if (tree.total[i] > 0) {
                tree.first[tree.parent[i] + 2]++;
            }
        }
        for (let i = 1; i < count + 2; i++) {
            tree.first[i] += tree.first[i - 1];
        }
        const next = tree.first.slice();
        tree.kids = new Int32Array(tree.first[count + 1]);
        for (let i = 0; i < count; i++) {
            if (tree.total[i] > 0) {
                tree.kids[next[tree.parent[i] + 1]++] = i;
            }
        }
        return tree;
    };
    const children = (tree, node) => tree.kids.subarray(tree.first[node + 1], tree.first[node + 2]);

    const place = (tree, rank) => {
        const { of, total } = tree;
        const order = rank ? (a, b) => rank[of[a]] - rank[of[b]] || a - b : (a, b) => total[b] - total[a] || a - b;
        const x = new Float64Array(of.length);
        const rows = [];
        const fill = (row, node, at) => {
            for (const kid of children(tree, node).slice().sort(order)) {
                x[kid] = at;
                at += total[kid];
                row.push(kid);
            }
        };
        let row = [];
        for (fill(row, -1, 0); row.length;) {
            const below = [];
            rows.push(Int32Array.from(row));
            row.forEach((node) => fill(below, node, x[node]));
            row = below;
        }
        return { x, rows };
    };

    /* Groups of frames by function, then by who called them. What is too little to be seen is not followed further. */
    const turn = (tree) => {
        const [of, parent, own] = [[], [], []];
        const groups = []; /* of each new node: where its frames' callers are, and what each cost */
        const add = (above, nodes, costs) => {
            const found = new Map();
            nodes.forEach((node, index) => {
                let group = found.get(tree.of[node]);
                if (group === undefined) {
                    group = of.length;
                    found.set(tree.of[node], group);
                    of.push(tree.of[node]);
                    parent.push(above);
                    own.push(0);
                    groups.push({ nodes: [], costs: [], total: 0 });
                }
                const to = groups[group];
                to.total += costs[index];
                if (tree.parent[node] < 0) {
                    own[group] += costs[index];
                } else {
                    to.nodes.push(tree.parent[node]);
                    to.costs.push(costs[index]);
                }
            });
        };
        const all = Array.from(tree.of.keys()).filter((node) => tree.own[node] > 0);
        add(-1, all, all.map((node) => tree.own[node]));
        for (let i = 0; i < of.length; i++) {
            const group = groups[i];
            groups[i] = null;
            if (group.total < tree.whole * 0.0002 || of.length > 200000) {
                own[i] = group.total;
            } else {
                add(i, group.nodes, group.costs);
            }
        }
        return grow({ of: Int32Array.from(of), parent: Int32Array.from(parent), own: Float64Array.from(own),
            calls: new Array(of.length).fill(null) });
    };

    const share = (tree, hit) => {
        const covered = new Uint8Array(tree.of.length);
        let sum = 0;
        for (let i = 0; i < covered.length; i++) {
            covered[i] = hit[tree.of[i]] || (tree.parent[i] >= 0 && covered[tree.parent[i]]) ? 1 : 0;
            sum += covered[i] ? tree.own[i] : 0;
        }
        return tree.whole > 0 ? sum / tree.whole : 0;
    };

    /* Callers and callees of every function: by the document's edges, else by the tree. */
    const edges = (from, tree) => {
        if (from.edges && from.edges.length || !tree) {
            return from.edges || [];
        }
        const found = new Map();
        for (let i = 0; i < tree.of.length; i++) {
            if (tree.parent[i] >= 0) {
                const caller = tree.of[tree.parent[i]];
                const key = caller * from.functions.length + tree.of[i];
                const edge = found.get(key) || { caller, callee: tree.of[i], calls: null, own: 0, total: null };
                edge.own += tree.own[i];
                edge.calls = tree.calls[i] === null ? edge.calls : edge.calls + tree.calls[i];
                found.set(key, edge);
            }
        }
        return Array.from(found.values());
    };

    const profile = (document, index, difference) => {
        const from = document.profiles[index];
        const columns = from.tree;
        const tree = columns && columns.function.length ? grow({
            of: Int32Array.from(columns.function),
            parent: Int32Array.from(columns.parent),
            own: Float64Array.from(columns.own, (value) => (value > 0 ? value : 0)),
            calls: columns.calls
        }) : null;
        const names = from.functions.map((row) => clean(row.name));
        const changes = Number.isNaN(difference) ? null : new Map(document.profile_differences[difference].changes
            .filter((change) => change.head !== null).map((change) => [change.head, change]));
        const kinds = from.functions.map((row) => row.kind);
        return {
            tree: tree && tree.whole > 0 ? tree : null,
            names,
            titles: from.functions.map(titled),
            functions: from.functions,
            edges: edges(from, tree),
            changes,
            looks: changes ? kinds.map((kind, at) => look(changes.get(at))) : kinds,
            rank: () => {
                const rank = new Int32Array(names.length);
                const collator = new Intl.Collator("en", { numeric: true });
                Array.from(names.keys()).sort((a, b) => collator.compare(names[a], names[b]))
                    .forEach((at, order) => { rank[at] = order; });
                return rank;
            }
        };
    };
    return { profile, turn, place, share, children, points, counted };
})();
