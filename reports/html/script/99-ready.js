/* Last: shows the tools, restores the view that the address asks for, and says that the script is done. */
part("ready", () => {
  if ($("tools")) { $("tools").hidden = false; }
  dress(document);
  on(window, "hashchange", state.restore);
  state.restore();
});
document.documentElement.dataset.ready = "true";
performance.mark("assay-ready");
})();
