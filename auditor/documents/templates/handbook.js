(function () {
  "use strict";
  document.documentElement.className += " js";
  function each(list, run) { for (var i = 0; i < list.length; i++) { run(list[i]); } }
  function all(query) { return document.querySelectorAll(query); }
  function search() {
    var words = document.getElementById("search").value.toLowerCase().split(/\s+/);
    var shown = 0, asked = words.join("") !== "";
    each(all("[data-words]"), function (one) {
      var text = one.getAttribute("data-words"), hit = true;
      each(words, function (word) { if (text.indexOf(word) < 0) { hit = false; } });
      one.hidden = !hit;
      if (hit) { shown++; }
    });
    each(all(".ways"), function (one) { one.hidden = asked; });
    document.getElementById("found").textContent = asked ? "找到 " + shown + " 条" : "";
  }
  function fold(open) { each(all("article details"), function (one) { one.open = open; }); }
  function reveal() {
    var id = window.location.hash.slice(1), node = id ? document.getElementById(id) : null;
    if (node && node.hidden) { document.getElementById("search").value = ""; search(); }
    if (node && node.scrollIntoView) { node.scrollIntoView(); }
  }
  document.getElementById("search").addEventListener("input", search);
  document.getElementById("open").addEventListener("click", function () { fold(true); });
  document.getElementById("close").addEventListener("click", function () { fold(false); });
  window.addEventListener("hashchange", reveal);
  window.addEventListener("beforeprint", function () { fold(true); });
  reveal();
})();
