(function () {
  "use strict";
  var root = document.documentElement;
  root.className += " js";
  function each(list, run) { for (var i = 0; i < list.length; i++) { run(list[i]); } }
  function all(query) { return document.querySelectorAll(query); }
  function fold(open) { each(all("main details"), function (one) { one.open = open; }); }
  function reveal() {
    var id = window.location.hash.slice(1);
    var node = id ? document.getElementById(id) : null;
    for (var up = node; up; up = up.parentElement) { if (up.tagName === "DETAILS") { up.open = true; } }
    if (node && node.scrollIntoView) { node.scrollIntoView(); }
  }
  function search() {
    var word = document.getElementById("search").value.replace(/\s+/g, "").toLowerCase();
    var shown = 0;
    each(all("[data-unit]"), function (one) {
      var hit = !word || one.getAttribute("data-unit").toLowerCase().indexOf(word) >= 0;
      one.hidden = !hit;
      if (hit && one.tagName === "SECTION") { shown++; }
    });
    document.getElementById("found").textContent = word ? "找到 " + shown + " 份报告" : "";
  }
  var was = [];
  window.addEventListener("hashchange", reveal);
  window.addEventListener("beforeprint", function () {
    was = [];
    each(all("main details"), function (one) { was.push([one, one.open]); one.open = true; });
  });
  window.addEventListener("afterprint", function () { each(was, function (pair) { pair[0].open = pair[1]; }); });
  document.getElementById("search").addEventListener("input", search);
  document.getElementById("open").addEventListener("click", function () { fold(true); });
  document.getElementById("close").addEventListener("click", function () { fold(false); });
  reveal();
})();
