(function () {
  var d = document.documentElement, store = {};
  try { store = window.localStorage; } catch (e) { /* some browsers forbid it for local files */ }
  d.classList.add("js");
  try { if (store.theme) d.dataset.theme = store.theme; } catch (e) { /* as above */ }
  var asked = new URLSearchParams(location.search).get("lang"), here = d.lang.slice(0, 2);
  var wanted = asked || (function () { try { return store.language; } catch (e) { return ""; } })();
  try { if (asked === "en" || asked === "zh") store.language = asked; } catch (e) { /* as above */ }
  if ((wanted === "en" || wanted === "zh") && wanted !== here) {
    var other = document.querySelector("link[rel=alternate][hreflang=" + wanted + "]");
    if (other) location.replace(other.href + location.search + location.hash);
  }
})();
