// The county: what is open, what is searched for, the map, the keys.
const county = byId("county"), view = byId("report"), hits = byId("hits"), frame = byId("frame");
const alone = frame.className.indexOf("alone") >= 0;
const MOST_HITS = 200;
let current = 0, camefrom = null, turn = 0;

function closest(node, test) { for (let up = node; up && up.nodeType === 1; up = up.parentElement) { if (test(up)) { return up; } } return null; }
function has(node, name) { return (" " + node.className + " ").indexOf(" " + name + " ") >= 0; }

function show(open) {
  county.className = open ? "away" : "";
  view.className = open ? "" : "away";
  frame.className = "frame" + (alone ? " alone" : "") + (open ? " open" : "");
  if (open) { hits.className = "card away"; }
}

function way(number) {
  const back = el("a", { href: alone ? "#county" : "#ranking", text: alone ? "返回" : "返回全县", id: "back" });
  const turns = el("span", { "class": "turn" });
  [[number - 1, "上一份："], [number + 1, "下一份："]].forEach(function (pair) {
    const other = report(pair[0]);
    if (other) { add(turns, [el("a", { href: "#" + other.at, text: pair[1] + other.short })]); }
  });
  return el("div", { "class": "way" }, [back, turns]);
}

// Opens a report, then runs `then`; the original comes a little later, for it may have to be inflated.
function open(number, then) {
  if (current === number && view.firstChild) { show(true); then(); return; }
  const one = report(number);
  if (!one) { show(false); return; }
  current = number;
  const mine = ++turn;
  clear(view);
  add(view, [way(number), shown(one)]);
  show(true);
  sift();
  unpacked("original-" + one.at).then(function (found) {
    if (mine !== turn) { return; }
    drawn(one, found, packed.notes ? revived(packed.words, packed.notes[one.at]) : "");
    then();
  }, trouble);
}

function bring(node, block) {
  for (let up = node; up; up = up.parentElement) { if (up.tagName === "DETAILS") { up.open = true; } }
  const pane = closest(node, function (up) { return up.id === "pane"; });
  if (pane && pane.scrollHeight > pane.clientHeight + 1) {
    // Only the pane is moved, so that the finding stays where it is beside it.
    pane.scrollTop += node.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
    node.scrollIntoView({ block: "nearest", inline: "center", behavior: "instant" });
  } else { node.scrollIntoView({ block: block || "center", behavior: "instant" }); }
  node.focus({ preventScroll: true });
  node.classList.remove("lit");
  void node.offsetWidth;
  node.classList.add("lit");
}

function only(node) {
  each(view.querySelectorAll(".finding.here"), function (one) { one.classList.remove("here"); });
  node.classList.add("here");
}

function toFinding(number) {
  const node = byId("u" + current + "-" + number);
  if (!node) { return; }
  if (node.hidden) { reset(); sift(); }
  only(node); bring(node, "center");
}

// All marks of a finding are shown; the next one is gone to each time.
function toMark(number) {
  const marks = view.querySelectorAll('.original [data-of~="' + Number(number) + '"]');
  if (!marks.length) { toFinding(number); return; }
  let at = 0;
  each(marks, function (mark, i) { if (has(mark, "here")) { at = (i + 1) % marks.length; } });
  each(view.querySelectorAll(".original .here"), function (one) { one.classList.remove("here"); });
  camefrom = "u" + current + "-" + number;
  marks[at].classList.add("here");
  bring(marks[at], "center");
}

function route() {
  if (window.location.hash === "#main") { byId("main").focus(); return; }  // the skip link closes nothing
  const found = /^#([uo])(\d+)(?:-(\d+))?$/.exec(window.location.hash);
  if (!found) {
    const was = current;
    show(false);
    current = 0;
    search();
    const target = window.location.hash.length > 1 ? byId(window.location.hash.slice(1)) : null;
    if (target && county.contains(target)) { target.scrollIntoView(); }
    const link = was && county.querySelector('tr[data-unit="u' + was + '"] a, li[id="u' + was + '"] a');
    if (link) { link.focus({ preventScroll: false }); }
    return;
  }
  ready.then(function () {
    open(Number(found[2]), function () {
      if (!found[3]) { view.scrollIntoView({ block: "start", behavior: "instant" }); byId("report-title").focus({ preventScroll: true }); }
      else if (found[1] === "u") { toFinding(found[3]); }
      else { toMark(found[3]); }
    });
  }, trouble);
}

// --- finding -----------------------------------------------------------------------------------------

const ASKED = ["search", "by-severity", "by-dimension", "by-kind", "by-verdict"];
function asked() {
  const said = ASKED.map(function (id) { return byId(id).value; });
  said[0] = said[0].replace(/\s+/g, "").toLowerCase();
  return said.some(Boolean) ? said : null;
}
function reset() { ASKED.forEach(function (id) { byId(id).value = ""; }); }

function textOf(f, one) {
  if (!f.sought) {
    const parts = [one.unit, one.short, f.title, f.said, f.number || "", f.rule || "", f.n];
    for (const quote of f.quotes || []) { parts.push(quote[2].join("")); }
    for (const line of f.rows || []) { if (line[0] === "位置" || line[0] === "认定" || line[0] === "整改情况") { parts.push(line.slice(1).join("")); } }
    f.sought = parts.join("\n").replace(/[^\S\n]+/g, "").toLowerCase();
  }
  return f.sought;
}

function fits(f, one, said) {
  return (!said[0] || textOf(f, one).indexOf(said[0]) >= 0) && (!said[1] || f.severity === said[1]) && (!said[2] || f.dimension === said[2]) &&
    (!said[3] || f.kind === said[3]) && (!said[4] || (said[4] === "-" ? !f.verdict : f.verdict === said[4]));
}

// Inside an open report: hides the findings that are not asked for.
function sift() {
  const said = asked();
  const one = current ? report(current) : null;
  if (!one) { return; }
  let count = 0;
  const wanted = {};
  for (const f of findings(one)) { if (!said || fits(f, one, said)) { wanted[f.n] = true; count++; } }
  each(view.querySelectorAll(".finding"), function (node) {
    const inner = Array.prototype.some.call(node.querySelectorAll(".finding"), function (below) { return wanted[below.getAttribute("data-number")]; });
    node.hidden = !wanted[node.getAttribute("data-number")] && !inner;
  });
  byId("found").textContent = said ? "本份报告 " + count + " 项" : "";
}

function hit(f, one) {
  return el("li", null, [el("span", { "class": "tag " + levelOf(f.severity), text: f.severity }), " ",
    f.kind === "疑似" ? el("span", { "class": "tag doubt", text: "疑似" }) : null, " ",
    el("a", { href: "#" + one.at + "-" + f.n, text: one.short + "：" + f.title }), el("p", { "class": "said", text: f.said })]);
}

// In the county: the units and findings that are asked for.
function search() {
  if (current) { sift(); return; }
  const said = asked();
  if (!packed) { if (said) { ready.then(search, trouble); } return; }
  const list = el("ul", { "class": "hits" });
  let units = 0, count = 0;
  packed.units.forEach(function (_, at) {
    let mine = 0;
    if (said) {
      const one = report(at + 1);
      for (const f of findings(one)) {
        if (fits(f, one, said)) { mine++; count++; if (count <= MOST_HITS) { list.appendChild(hit(f, one)); } }
      }
      if (!mine && said[0] && !said.slice(1).some(Boolean) && (one.unit + one.short).toLowerCase().indexOf(said[0]) >= 0) { mine = 1; }
    }
    if (!said || mine) { units++; }
    each(document.querySelectorAll('[data-unit="u' + (at + 1) + '"]'), function (node) { node.hidden = !!said && !mine; });
  });
  clear(hits);
  hits.className = said ? "card" : "card away";
  byId("found").textContent = said ? "找到 " + units + " 份报告、" + count + " 项" : "";
  if (said) {
    add(hits, [el("h2", { text: "查找结果" }), el("p", { "class": "small", text: count > MOST_HITS ? "共 " + count + " 项，先列 " + MOST_HITS + " 项，请再缩小范围。" : count ? "点标题到该单位的明细。" : "没有这样的问题；符合的单位见得分排名。" }), list]);
  }
}

// --- the map -----------------------------------------------------------------------------------------

// The whole map: every report with a finding by every rule.
function wholeMap() {
  const rules = {}, rows = [];
  packed.units.forEach(function (_, at) {
    const one = report(at + 1), cells = {};
    for (const f of findings(one)) {
      if (f.kind === "不属实或已豁免") { continue; }
      const key = f.rule || "人工发现";
      const rule = rules[key] = rules[key] || { key: key, title: f.rule ? f.title : "人工发现", level: levelOf(f.severity), count: 0 };
      rule.count++;
      if (levelOf(f.severity) < rule.level) { rule.level = levelOf(f.severity); }
      (cells[key] = cells[key] || []).push(f);
    }
    if (Object.keys(cells).length) { rows.push([one, cells]); }
  });
  const columns = Object.keys(rules).map(function (key) { return rules[key]; })
    .sort(function (a, b) { return a.level < b.level ? -1 : a.level > b.level ? 1 : b.count - a.count || (a.key < b.key ? -1 : 1); });
  const head = el("tr", null, [el("th", { scope: "col" }, [el("span", { "class": "sr", text: "报告" })])].concat(columns.map(function (column) {
    return el("th", { scope: "col" }, [el("span", { text: column.title })]);
  })));
  const body = document.createDocumentFragment();
  rows.forEach(function (pair) {
    const tr = el("tr", null, [el("th", { scope: "row" }, [el("a", { href: "#" + pair[0].at, text: pair[0].short, title: pair[0].unit })])]);
    columns.forEach(function (column) {
      const found = pair[1][column.key];
      tr.appendChild(found ? el("td", null, [mapCell(found, pair[0])]) : document.createElement("td"));
    });
    body.appendChild(tr);
  });
  const made = byId("heat-table");
  clear(made.tHead); made.tHead.appendChild(head);
  clear(made.tBodies[0]); made.tBodies[0].appendChild(body);
  byId("heat-frame").className += " full";
  byId("heat-note").textContent = "共 " + rows.length + " 份报告、" + columns.length + " 条规则。";
  rove();
}

function mapCell(found, one) {
  const certain = found.filter(function (f) { return f.kind === "确定"; });
  const some = certain.length ? certain : found;
  const worst = some.reduce(function (a, b) { return levelOf(b.severity) < levelOf(a.severity) ? b : a; });
  return el("a", { "class": (certain.length ? "c " : "k ") + levelOf(worst.severity), href: "#" + one.at + "-" + worst.n,
    "aria-label": (certain.length ? "确定" : "疑似") + some.length + "项，" + worst.severity, text: some.length > 1 ? String(some.length) : "" });
}

// One stop for the Tab key; the arrow keys move from cell to cell.
function rove() {
  each(document.querySelectorAll("#heat-table a"), function (link, at) { link.tabIndex = at ? -1 : 0; });
}

function step(link, key) {
  const td = link.parentElement, tr = td.parentElement, column = td.cellIndex;
  const side = { ArrowLeft: "previousElementSibling", ArrowRight: "nextElementSibling" }[key];
  if (side) {
    for (let next = td[side]; next; next = next[side]) { if (next.querySelector("a")) { return next.querySelector("a"); } }
    return null;
  }
  const up = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[key];
  for (let next = tr[up]; next; next = next[up]) { const a = next.cells[column] && next.cells[column].querySelector("a"); if (a) { return a; } }
  return null;
}

function readout(link) {
  const td = link.parentElement, made = byId("heat-table");
  if (!td || !made || !made.contains(td) || !td.cellIndex) { return; }
  const head = made.tHead.rows[0].cells[td.cellIndex];
  byId("readout").textContent = td.parentElement.cells[0].textContent + "：" + (head.title || head.textContent) + "，" + link.getAttribute("aria-label");
}

// --- keys and clicks ---------------------------------------------------------------------------------

function cards() { return Array.prototype.filter.call(view.querySelectorAll(".finding"), function (node) { return !node.hidden && node.offsetParent; }); }

function escape() {
  if (camefrom && closest(document.activeElement, function (up) { return up.id === "pane"; })) {
    const node = byId(camefrom);
    camefrom = null;
    if (node) { bring(node, "center"); return; }
  }
  const tools = byId("tools");
  if (asked() && (!current || tools.contains(document.activeElement))) { reset(); search(); return; }
  if (current) { window.location.hash = alone ? "#county" : "#ranking"; }
}

function keys(event) {
  const at = document.activeElement;
  if (event.altKey || event.ctrlKey || event.metaKey) { return; }
  if (event.key === "Escape") { escape(); return; }
  const typing = at && /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName);
  if (event.key === "/" && !typing) { event.preventDefault(); byId("search").focus(); return; }
  if (typing || !at) { return; }
  if (/^Arrow/.test(event.key) && byId("heat-table") && byId("heat-table").contains(at) && at.tagName === "A") {
    const next = step(at, event.key);
    event.preventDefault();
    if (next) { at.tabIndex = -1; next.tabIndex = 0; next.focus(); }
    return;
  }
  if (has(at, "finding")) {
    if (event.key === "Enter") { event.preventDefault(); window.location.hash = "#o" + at.id.slice(1); again("#o" + at.id.slice(1)); }
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const list = cards(), next = list[list.indexOf(at) + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) { event.preventDefault(); only(next); next.scrollIntoView({ block: "nearest" }); next.focus({ preventScroll: true }); }
    }
    return;
  }
  if (event.key === "Enter" && at.hasAttribute("data-of")) { event.preventDefault(); fromMark(at); }
}

function fromMark(node) {
  const number = node.getAttribute("data-of").trim().split(" ")[0];
  if (number) { const to = "#u" + current + "-" + number; if (window.location.hash === to) { route(); } else { window.location.hash = to; } }
}

// A link to where one is already goes there again.
let lastHash = "";
function again(to) { if (lastHash === to) { route(); } }

document.addEventListener("click", function (event) {
  const link = closest(event.target, function (up) { return up.tagName === "A"; });
  if (link) {
    const to = link.getAttribute("href") || "";
    if (to === window.location.hash && /^#[uo]\d/.test(to)) { event.preventDefault(); route(); }
    return;
  }
  const mark = closest(event.target, function (up) { return up.hasAttribute("data-of"); });
  if (mark) { fromMark(mark); return; }
});
document.addEventListener("keydown", keys);
document.addEventListener("focusin", function (event) { if (event.target.tagName === "A") { readout(event.target); } });
document.addEventListener("mouseover", function (event) { const link = closest(event.target, function (up) { return up.tagName === "A"; }); if (link) { readout(link); } });
window.addEventListener("hashchange", function () { route(); lastHash = window.location.hash; });

let was = [];
window.addEventListener("beforeprint", function () {
  was = [];
  each(document.querySelectorAll("main details"), function (one) { was.push([one, one.open]); one.open = true; });
});
window.addEventListener("afterprint", function () { each(was, function (pair) { pair[0].open = pair[1]; }); });

let waiting = 0;
ASKED.forEach(function (id) {
  const typed = id === "search";
  byId(id).addEventListener(typed ? "input" : "change", function () { clearTimeout(waiting); waiting = setTimeout(search, typed ? 120 : 0); });
});
byId("clear").addEventListener("click", function () { reset(); search(); byId("search").focus(); });
if (byId("heat-table")) { rove(); }
const all = byId("heat-all");
if (all) {
  ready.then(function () { all.hidden = false; });
  all.addEventListener("click", function () { all.hidden = true; wholeMap(); byId("heat-frame").focus(); });
}
ready.then(function () { root.className += " ready"; }, trouble);
if (alone && !window.location.hash && county.querySelectorAll("li").length === 1) { window.location.replace("#u1"); }
route();
