/* A tree of frames on a canvas: which of them are seen, how they look, which one is under the pointer. Knows no control.
 *   const stage = flameStage(figure, canvas, view, tall)   view: what scrolls; tall: as high as the tree, within it
 *   stage.now      what is seen: tree, x and rows (of flames.place), from and to (costs at both edges), flip (root at the bottom),
 *                  hit (a function's 1: found; null: nothing is looked for), selected (function), at (frame; -1: all; -2: none)
 *   stage.later()  draws with the next frame of the screen; later(true): in colours read anew */
const FLAME_ROW = 18;
const flameStage = (figure, canvas, view, tall) => {
    const context = canvas.getContext("2d");
    const marks = { more: "\u25b2 ", less: "\u25bc ", new: "new: " };
    const now = { tree: null, x: null, rows: [], from: 0, to: 1, flip: false, hit: null, selected: -1, at: -2 };
    let colours = null;
    let pending = 0;
    let labels = [];
    let looks = [];

    /* As the style sheet has them. A pattern is drawn as the page's own is. */
    const painter = (ratio) => {
        const style = (css) => getComputedStyle(figure.querySelector(css) || $(css.slice(1)) || figure);
        const made = new Map();
        const pattern = (id) => {
            const tile = document.createElement("canvas");
            tile.width = tile.height = 6 * ratio;
            const on = tile.getContext("2d");
            const lines = $(id).querySelector("path");
            on.scale(ratio, ratio);
            on.fillStyle = getComputedStyle($(id).querySelector("rect")).fill;
            on.fillRect(0, 0, 6, 6);
            on.strokeStyle = getComputedStyle(lines).stroke;
            on.globalAlpha = 0.6;
            on.stroke(new Path2D(lines.getAttribute("d")));
            const whole = context.createPattern(tile, "repeat");
            whole.setTransform(new DOMMatrix().scale(1 / ratio));
            return whole;
        };
        return {
            look: (name) => {
                if (!made.has(name)) {
                    made.set(name, $(`look-${name}`) ? pattern(`look-${name}`) : style(`rect.${name}`).fill);
                }
                return made.get(name);
            },
            edge: style("rect.all").stroke,
            text: style(".frames text").fill,
            ring: style("figcaption").getPropertyValue("--focus") || "Highlight"
        };
    };

    /* The first frame of a row that ends right of a place. */
    const after = (row, place) => {
        let [low, high] = [0, row.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (now.x[row[middle]] + now.tree.total[row[middle]] > place) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    };
    const frame = (node, left, right, y, letter) => {
        const of = node < 0 ? -1 : now.tree.of[node];
        const found = of >= 0 && now.hit && now.hit[of];
        const width = right - left;
        context.globalAlpha = now.hit && !found ? 0.4 : 1;
        if (width > 3) {
            context.fillStyle = colours.edge;
            context.fillRect(left, y, width, FLAME_ROW);
        }
        context.fillStyle = colours.look(of < 0 ? "all" : looks[of]);
        if (width > 3) {
            context.fillRect(left + 0.5, y + 0.5, width - 1, FLAME_ROW - 1);
        } else {
            context.fillRect(left, y, width, FLAME_ROW);
        }
        context.globalAlpha = 1;
        const columns = Math.floor((width - 6) / letter);
        if (columns >= 3) {
            const label = of < 0 ? now.all : labels[of];
            context.fillStyle = colours.text;
            context.fillText(label.length > columns ? `${label.slice(0, columns - 1)}\u2026` : label, left + 3, y + 13, width - 6);
        }
        const line = node === now.at ? 3 : of >= 0 && of === now.selected ? 2 : found ? 1.5 : 0;
        if (line && width > line) {
            context.strokeStyle = line === 2 ? colours.text : colours.ring;
            context.lineWidth = line;
            context.strokeRect(left + line / 2, y + line / 2, Math.max(0.5, width - line), FLAME_ROW - line);
        }
    };
    /* Frames that share a pixel are one line: a row costs no more than it is wide. */
    const drawRow = (row, y, width, letter) => {
        const scale = width / (now.to - now.from);
        for (let i = after(row, now.from); i < row.length; i++) {
            const left = (now.x[row[i]] - now.from) * scale;
            const wide = now.tree.total[row[i]] * scale;
            if (left > width) {
                break;
            }
            if (wide >= 0.7) {
                frame(row[i], Math.max(0, left), Math.min(width, left + wide), y, letter);
            } else {
                context.fillStyle = colours.edge;
                context.fillRect(left, y, 1, FLAME_ROW);
                i = Math.max(i, after(row, now.from + (left + 1) / scale) - 1);
            }
        }
    };
    const top = (level) => (now.flip ? now.rows.length - level : level) * FLAME_ROW;
    const draw = () => {
        const [width, height, ratio] = [view.clientWidth, Math.min(view.clientHeight, tall.clientHeight), devicePixelRatio || 1];
        pending = 0;
        if (!width || !height) {
            return;
        }
        if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
            canvas.width = Math.round(width * ratio);
            canvas.height = Math.round(height * ratio);
            Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
            colours = null;
        }
        colours = colours || painter(ratio);
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        context.clearRect(0, 0, width, height);
        context.font = "11px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
        const letter = context.measureText("0").width;
        for (let level = 0; level <= now.rows.length; level++) {
            const y = top(level) - view.scrollTop;
            if (y > -FLAME_ROW && y < height) {
                if (level) {
                    drawRow(now.rows[level - 1], y, width, letter);
                } else {
                    frame(-1, 0, width, y, letter);
                }
            }
        }
    };
    return {
        now,
        top,
        dress: (model) => {
            labels = model.names.map((name, at) => (model.changes ? (marks[model.looks[at]] || "") + name : name));
            looks = model.looks;
        },
        later: (anew) => {
            colours = anew ? null : colours;
            pending = pending || requestAnimationFrame(draw);
        },
        pick: (event) => {
            const box = canvas.getBoundingClientRect();
            const line = Math.floor((event.clientY - box.top + view.scrollTop) / FLAME_ROW);
            const level = now.flip ? now.rows.length - line : line;
            const row = now.rows[level - 1];
            const place = now.from + (event.clientX - box.left) / box.width * (now.to - now.from);
            const node = row ? row[after(row, place)] : undefined;
            return level === 0 ? -1 : node !== undefined && now.x[node] <= place ? node : -2;
        }
    };
};
