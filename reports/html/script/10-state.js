/* What all parts share: elements, the view's state in the address, announcements, the tooltip. Knows no table and no chart.
 *
 * Names for the other files (the rest is hidden within part() or a function):
 *   part(name, start)          runs start() now; an error is logged and stops this part only
 *   $(id), all(css, root)      an element or null; an array of elements
 *   on(target, type, listener, options)  addEventListener; a target that is absent does nothing
 *   make(tag, attributes, ...children)  a new element; an attribute that is a function is a listener: { click: save }
 *   button(text, click, attributes)
 *   state.get(key)             a text, or undefined
 *   state.set(key, value)      null or "" forgets it; rewrites what is after '#', calls nobody
 *   state.onchange(listener)   listener() once when the page is ready and whenever the address changed: show what get says
 *   reveal(id)                 opens what encloses the element, shows it, scrolls to it, focuses it
 *   announce(text, quiet)      says it in the line of the tools and to screen readers (quiet: to these only)
 *   tip.show(text, x, y, owner)  the tooltip beside a point of the window; owner: the focused element that it describes
 *   tip.hide()
 *   documents(part)            a promise of the document, parsed, unpacked once; rejects with an Error for people
 *   keys.add(key, meaning, action)  a line of the help; with an action a key ("f") that works outside of fields and dialogs
 *   dress(root)                buttons and keys for what a script added; details get theirs when they open
 * For the style sheet: #tip #status #keys dialog#help dialog#documents .sort .zoom .zoomed .copy .current .at .dim .quiet */
const $ = (id) => document.getElementById(id);
const all = (css, root = document) => Array.from(root.querySelectorAll(css));
const on = (target, type, listener, options) => target?.addEventListener(type, listener, options);
const part = (name, start) => {
  try { start(); } catch (error) { console.error(`assay: ${name}: ${error}`); }
};
const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") { on(element, name, value); } else { element.setAttribute(name, value); }
  }
  element.append(...children);
  return element;
};
const button = (text, click, attributes) => make("button", { type: "button", click, ...attributes }, text);

/* The address is "#id", which works without script, or "#key=value&key=value". */
const plain = () => location.href.replace(/#[^]*/, "");
const state = (() => {
  const values = new Map();
  const listeners = [];
  const decode = (text) => {
    try { return decodeURIComponent(text); } catch (error) { return text; /* a link that was cut */ }
  };
  const encode = (text) => encodeURIComponent(text).replace(/%(2C|2F|3A|40)/g, (code) => decodeURIComponent(code));
  const read = () => {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) { /* a link within the page keeps search and order */
      values.set("at", decode(hash));
      return;
    }
    values.clear();
    for (const pair of hash.split("&")) {
      const cut = pair.indexOf("=");
      if (cut > 0) { values.set(decode(pair.slice(0, cut)), decode(pair.slice(cut + 1))); }
    }
  };
  const write = () => {
    try {
      const only = values.size === 1 && values.get("at");
      const hash = only ? encode(only) : Array.from(values, (pair) => pair.map(encode).join("=")).join("&");
      history.replaceState(history.state, "", plain() + (hash && "#" + hash));
    } catch (error) { /* a sandboxed frame, or too often for the browser: only the link is older */ }
  };
  return {
    get: (key) => values.get(key),
    set: (key, value) => {
      const text = String(value ?? "");
      if (text === (values.get(key) || "")) { return; }
      values.set(key, text);
      if (!text) { values.delete(key); }
      write();
    },
    keys: () => Array.from(values.keys()),
    onchange: (listener) => listeners.push(listener),
    restore: () => {
      read();
      listeners.forEach((listener) => part("state", listener));
      if (values.get("at")) { reveal(values.get("at")); }
      write();
    }
  };
})();

const reveal = (id) => {
  const target = $(id);
  all(".at").forEach((element) => element.classList.remove("at"));
  if (!target) { return; }
  for (let element = target; element; element = element.parentElement) {
    element.hidden = false; /* a search may have hidden it, but a link was followed */
    if (element.localName === "details") { element.open = true; }
  }
  target.classList.add("at");
  const focus = target.querySelector(":scope > summary") || target;
  if (focus.tabIndex < 0) { focus.tabIndex = -1; }
  focus.focus({ preventScroll: true });
  target.scrollIntoView({ block: target.localName === "tr" ? "center" : "start" });
};

const announce = (() => {
  const status = make("p", { id: "status", role: "status" });
  const quietly = make("p", { class: "quiet", role: "status" });
  ($("tools") || document.body).append(status);
  document.body.append(quietly);
  return (text, quiet) => { (quiet ? quietly : status).textContent = text; };
})();

const tip = (() => {
  const box = make("div", { id: "tip", role: "tooltip", hidden: "" });
  let described = null;
  const hide = () => {
    box.hidden = true;
    if (described) { described.removeAttribute("aria-describedby"); }
    described = null;
  };
  const show = (text, x, y, owner) => {
    hide();
    box.textContent = text;
    box.hidden = false;
    const { width, height } = box.getBoundingClientRect();
    const below = y + 16 + height < innerHeight;
    box.style.left = `${Math.max(4, Math.min(x + 12, document.documentElement.clientWidth - width - 4))}px`;
    box.style.top = `${Math.max(4, below ? y + 16 : y - height - 12)}px`;
    if (owner && !owner.hasAttribute("aria-describedby")) {
      owner.setAttribute("aria-describedby", "tip");
      described = owner;
    }
  };
  Object.assign(box.style, { position: "fixed", pointerEvents: "none", zIndex: "9" });
  ($("main") || document.body).append(box);
  on(window, "scroll", hide, { passive: true, capture: true });
  return { show, hide };
})();

/* A dialog with a heading and a button that closes it. */
const dialogOf = (id, title, ...children) => {
  const dialog = make("dialog", { id, "aria-labelledby": `${id}-title` }, make("h2", { id: `${id}-title` }, title),
    ...children, make("form", { method: "dialog" }, make("button", {}, "close")));
  document.body.append(dialog);
  return dialog;
};
