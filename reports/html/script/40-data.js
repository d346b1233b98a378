/* The documents that the page carries, base64 of raw deflate: unpacked, checked, saved; and links to benchmarks. Knows no
 * chart. */
const once = (make) => {
  const made = new Map();
  return (key) => made.get(key) || made.set(key, make(key)).get(key);
};
/* Documents stand behind the script. */
const whole = new Promise((resolve) => {
  if (document.readyState === "loading") { on(document, "DOMContentLoaded", resolve); } else { resolve(); }
});
const packed = once(async (index) => {
  await whole;
  const element = $(`document-${index}`);
  if (!element) { throw new Error("the page does not carry this document"); }
  if (!globalThis.DecompressionStream) { throw new Error("this browser cannot unpack it; `assay report PAGE -o x.json` can"); }
  const { length, sha256 } = element.dataset;
  let bytes = new Uint8Array(0);
  try {
    bytes = Uint8Array.from(atob(element.textContent), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) { throw new Error("the document in this page is damaged"); }
  if (bytes.length !== Number(length)) { throw new Error(`the document in this page has ${bytes.length} bytes, not ${length}`); }
  /* A page from disk is no secure context in every browser. */
  if (!globalThis.crypto?.subtle) { return { bytes, check: "length checked; this browser has no SHA-256 here" }; }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  if (Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") !== sha256) {
    throw new Error("the document in this page is damaged: its SHA-256 differs");
  }
  return { bytes, check: "length and SHA-256 checked" };
});
const documents = once(async (index) => JSON.parse(new TextDecoder().decode((await packed(index)).bytes)));

part("save", () => {
  const opener = $("save");
  const name = (element) => (element.dataset.name || "").split(/[/\\]/).pop() || `${element.id}.json`;
  const save = async (element) => {
    try {
      const { bytes, check } = await packed(Number(element.id.slice(9)));
      const href = URL.createObjectURL(new Blob([bytes], { type: "application/json" }));
      make("a", { href, download: name(element) }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60000);
      announce(`saved ${name(element)}: ${bytes.length} bytes, ${check}`);
    } catch (error) { announce(`not saved: ${error.message}`); }
  };
  if (!opener) { return; }
  opener.hidden = true;
  whole.then(() => {
    const elements = all("script[data-sha256]");
    /* Browsers ask before one click saves several files: so one button a document. */
    const list = elements.map((element) => make("li", {},
      button(`${name(element)}, ${element.dataset.length} bytes`, () => save(element))));
    const dialog = dialogOf("documents", "Save a document", make("ul", {}, ...list));
    on(opener, "click", () => (elements.length > 1 ? dialog.showModal() : save(elements[0])));
    opener.hidden = !elements.length;
  });
});

const links = (() => {
  const copy = async (id) => {
    const address = `${plain()}#${id}`;
    state.set("at", id);
    remember();
    try {
      await navigator.clipboard.writeText(address);
      announce(`copied: ${address}`);
    } catch (error) { announce("this browser does not let a page copy; the link is in the address bar now"); }
  };
  return (root) => all("details.benchmark[open][id] > summary", root.parentElement || root).forEach((summary) => {
    const { id } = summary.parentElement;
    if (!summary.nextElementSibling?.matches(".copy")) {
      summary.after(button("copy link", () => copy(id), { class: "copy" }));
    }
  });
})();
