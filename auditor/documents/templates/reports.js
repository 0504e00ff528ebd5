// One report: its data -> what is shown of it.
function table(head, rows, name) {
  const made = el("table", { "class": name }, [
    el("thead", null, [el("tr", null, head.map(function (word) { return el("th", { scope: "col", text: word }); }))]),
    el("tbody", null, rows)
  ]);
  return el("div", { "class": "scroll", tabindex: "0", role: "group", "aria-label": head.join("、") }, [made]);
}

function row(cells) { return el("tr", null, cells.map(function (cell) { return typeof cell === "string" ? el("td", { text: cell }) : el("td", null, [cell]); })); }

function block(title, small, children, open) {
  const made = el("details", { "class": "block" }, [
    el("summary", null, [title, el("span", { "class": "small", text: small })]),
    el("div", { "class": "part" }, children)
  ]);
  made.open = open;
  return made;
}

function heading(one) {
  return el("div", { "class": "unit-head" }, [
    el("div", null, [el("h2", { text: one.unit, id: "report-title", tabindex: "-1" }), el("span", { "class": "small", text: one.subject })]),
    el("div", { "class": "points" }, [el("b", { text: one.points }), el("span", { "class": "small", text: " 分" }), el("br"),
      el("span", { "class": "tag " + one.tone, text: one.grade })])
  ]);
}

function facts(one) {
  return el("dl", { "class": "meta" }, (one.meta || []).map(function (pair) {
    const many = pair[0] === "文件";
    const dd = el("dd", { "class": many ? "small" : "" });
    pair.slice(1).forEach(function (line, at) { if (at) { dd.appendChild(el("br")); } dd.appendChild(document.createTextNode(line)); });
    return el("div", { "class": many ? "wide" : "" }, [el("dt", { text: pair[0] }), dd]);
  }));
}

function nextGrade(one, titles) {
  if (!one.next) { return null; }
  const box = el("p", { "class": "hint" }, ["整改以下 " + one.next[2].length + " 个问题即可升为", el("b", { text: one.next[0] }), one.next[1] ? "（近似）：" : "："]);
  one.next[2].forEach(function (number, at) {
    add(box, [at ? "、" : "", el("a", { href: "#" + one.at + "-" + number, text: titles[number] || "问题" + number })]);
  });
  return box;
}

function beam(before, after) {
  const low = Math.min(before, after), high = Math.max(before, after);
  const bar = el("i", { "class": after < before ? "loss" : "gain" });
  bar.style.left = low + "%"; bar.style.width = (high - low) + "%";
  return el("div", { "class": "beam", "aria-hidden": "true" }, [bar]);
}

function rest(points) {
  const bar = el("i", { "class": "rest" });
  bar.style.left = "0"; bar.style.width = points + "%";
  return el("div", { "class": "beam", "aria-hidden": "true" }, [bar]);
}

function waterfall(lines, points, at) {
  const rows = [row(["起评分", "", rest(100), "100"])];
  for (const line of lines || []) {
    const name = line[6] ? el("a", { href: "#" + at + "-" + line[6], text: line[0] }) : el("span", { text: line[0] });
    const cell = el("div", null, [name, line[1] ? el("div", { "class": "small", text: line[1] }) : null]);
    rows.push(row([cell, line[2] || "—", beam(Number(line[4]), Number(line[5])), line[3]]));
  }
  const left = Number(String(points).replace("−", "-"));
  const sum = row(["得分", "", rest(Math.max(0, Math.min(100, left))), points]);
  sum.className = "sum";
  rows.push(sum);
  for (const tr of rows) { tr.lastChild.className = "num"; tr.children[2].className = "bar"; tr.children[1].className = "one"; }
  return table(["事项", "类别", "0 分至 100 分", "分值"], rows, "fall");
}

function quoteOf(quote) {
  const made = el("p", { "class": "quote" }, [quote[0] ? el("span", { "class": "lab", text: quote[0] }) : null]);
  quote[2].forEach(function (piece, at) { if (piece) { made.appendChild(at % 2 ? el("mark", { text: piece }) : document.createTextNode(piece)); } });
  return add(made, [quote[1] ? el("span", { "class": "at", text: quote[1] }) : null]);
}

function cellsOf(cells) {
  if (!cells) { return null; }
  const made = el("ul", { "class": "grid" }, cells[0].map(function (cell) {
    return el("li", null, [el("span", { text: cell[0] }), el("mark", { text: cell[1] }), cell[2] ? el("span", { "class": "at", text: cell[2] }) : null]);
  }));
  return add(made, [cells[1] ? el("li", { "class": "more", text: cells[1] }) : null]);
}

function factsOf(f) {
  const rows = f.facts.map(function (fact) {
    return el("tr", null, [el("th", { scope: "row", text: fact[0] }), el("td", { "class": "num", text: fact[1] }), el("td", { "class": "small", text: fact[2] ? "原样：" + fact[2] : "" })]);
  });
  return [el("table", { "class": "cells" }, [el("tbody", null, rows)]), f.others ? el("p", { "class": "small", text: f.others }) : null];
}

function pair(name, children) { return el("div", null, [el("dt", { text: name }), el("dd", null, children)]); }

function rowsOf(f, one, titles) {
  const list = el("dl", { "class": "rows" });
  let shown = !(f.quotes || f.cells || f.facts);
  function evidence() {
    shown = true;
    const said = (f.quotes || []).map(quoteOf).concat([f.more ? el("p", { "class": "small", text: f.more }) : null, cellsOf(f.cells)]);
    if (f.quotes || f.cells) { list.appendChild(pair("原文", said)); }
    if (f.facts) { list.appendChild(pair("涉及数据", factsOf(f))); }
  }
  for (const line of f.rows || []) {
    if (!shown && line[0] !== "位置" && line[0] !== "对照") { evidence(); }
    const dd = [];
    line.slice(1).forEach(function (words, at) { if (at) { dd.push(el("br")); } dd.push(words); });
    list.appendChild(pair(line[0], dd));
  }
  if (!shown) { evidence(); }
  if (f.members) {
    const links = [];
    f.members.forEach(function (number, at) { if (at) { links.push("、"); } links.push(el("a", { href: "#" + one.at + "-" + number, text: titles[number] || "问题" + number })); });
    list.appendChild(pair("依据的问题", links));
  }
  return list;
}

function card(f, one, titles) {
  const tone = levelOf(f.severity);
  const made = el("article", { "class": "finding " + tone, id: one.at + "-" + f.n, tabindex: "-1", "data-number": f.n, "aria-label": "问题" + f.n + "：" + f.title }, [
    el("div", { "class": "title" }, [
      el("h4", null, [el("span", { "class": "no", text: f.n }), f.kind === "疑似" ? el("span", { "class": "tag doubt", text: "疑似" }) : null,
        f.verdict ? el("span", { "class": "tag s3", text: f.verdict }) : null, el("span", { "class": "tag " + tone, text: f.severity }), " " + f.title]),
      f.cost ? el("span", { "class": "pts", text: "扣 " + f.cost + " 分" }) : el("span", { "class": "pts none", text: f.free })
    ]),
    el("p", { "class": "said" }, [f.said, el("a", { "class": "go", href: "#o" + one.at.slice(1) + "-" + f.n, text: "看原件", "aria-label": "问题" + f.n + "：看原件中的位置", hidden: "" })]),
    f.reopened ? el("p", { "class": "warn", text: f.reopened }) : null,
    rowsOf(f, one, titles)
  ]);
  made.querySelector(".go").hidden = true;
  if (f.under) {
    add(made, [el("div", { "class": "absorbed" }, [el("span", { "class": "small", text: "以下 " + f.under.length + " 项与本问题属同一原因，一并列示，不重复扣分：" })]
      .concat(f.under.map(function (below) { return card(below, one, titles); })))]);
  }
  const foot = el("p", { "class": "foot" }, [(f.number ? f.number + " · " : "") + f.dimension + " · ", f.rule ? "规则 " : "人工发现"]);
  if (f.rule) { foot.appendChild(el("code", { text: f.rule })); }
  return add(made, [foot]);
}

function pendingRow(one) {
  const said = el("div", null, [one.reason].concat((one.quotes || []).map(quoteOf), [cellsOf(one.cells)]));
  return row([el("div", null, [one.title, el("br"), el("code", { text: one.rule })]), one.result, said, one.cause]);
}

function parts(one, titles) {
  const cards = function (list) { return (list || []).map(function (f) { return card(f, one, titles); }); };
  const made = [el("h3", { "class": "sr", text: "问题" }),
    block("问题", (one.problems || "0") + " 个", one.certain ? cards(one.certain) : [el("p", { "class": "small", text: "没有确定的问题。" })], true)];
  if (one.doubts) {
    const note = one.suspected !== "0" ? one.suspected + " 个，请核实；查证属实前不得作为扣分和通报的依据" : "请核实；查证属实前不得作为扣分和通报的依据";
    made.push(el("div", { "class": "doubts" }, [block("疑似问题", note, cards(one.doubts), true)]));
  }
  if (one.apart) { made.push(block("已豁免和不属实的问题", one.apart.length + " 项，均未扣分", cards(one.apart), false)); }
  return made;
}

// The cells of the tables, listed when they are asked for.
function cellList(facts) {
  const names = facts[0].split("\n"), values = facts[1].split("\n");
  const holder = el("div");
  const made = block("数据项", names.length + " 项，程序从统计表中读到的数", [holder], false);
  made.addEventListener("toggle", function () {
    if (!made.open || holder.firstChild) { return; }
    holder.appendChild(table(["数据项", "读取结果"], names.map(function (name, at) {
      return el("tr", null, [el("th", { scope: "row", text: name }), el("td", { "class": "num", text: values[at] })]);
    }), "facts-all"));
  });
  return made;
}

function notes(one) {
  const made = [];
  if (one.facts) { made.push(cellList(one.facts)); }
  if (one.second) { made.push(block(one.second[0] + "得分明细", one.second[1] + " 分", [waterfall(one.second[2], one.second[1], one.at)], false)); }
  if (one.pending) { made.push(block("无法判断与待人工核验", one.pending.length + " 项", [table(["事项", "结果", "原因", "由来"], one.pending.map(pendingRow), "pending")], false)); }
  const named = function (name, rule) { return el("div", null, [name, el("br"), el("code", { text: rule })]); };
  if (one.answers) { made.push(block("已人工核验", one.answers.length + " 项", [table(["事项", "结果", "核验结论"], one.answers.map(function (a) { return row([named(a[0], a[1]), a[2], a[3]]); }), "pending")], false)); }
  if (one.off) { made.push(block("已停用的规则", one.off.length + " 项，按工作档案列为不适用", [table(["规则", "停用范围", "原因"], one.off.map(function (a) { return row([named(a[0], a[1]), a[2], a[3]]); }), "")], false)); }
  if (one.reading) { made.push(block("读取情况", "程序从文件中读到了什么", [el("dl", { "class": "rows" }, one.reading.map(function (line) { return pair(line[0], [line[1]]); }))], false)); }
  return made;
}

// The whole report; the original is filled in by `drawn`.
function shown(one) {
  const titles = {};
  for (const f of findings(one)) { titles[f.n] = f.title; }
  const left = el("div", { "class": "card" }, [heading(one), facts(one)]
    .concat((one.warns || []).map(function (words) { return el("p", { "class": "warn", text: words }); }), [nextGrade(one, titles),
      block("得分明细", "起评 100 分，" + (one.score || []).length + " 项增减", [waterfall(one.score, one.points, one.at)], true)], parts(one, titles), notes(one)));
  const right = el("div", { "class": "card pane", id: "pane", tabindex: "0", role: "region", "aria-label": "原件" }, [el("h3", { text: "原件" }), el("div", { id: "original" })]);
  return el("div", { "class": "panes" }, [left, right]);
}

// Puts the original into the pane and says which findings can be gone to.
function drawn(one, found, note) {
  const holder = byId("original");
  if (!found || !found.nodes || !found.nodes.length) {
    holder.appendChild(el("p", { "class": "small", text: note || "没有附原件。原件中的位置见各项的“位置”和“原文”。" }));
    return;
  }
  const known = {};
  for (const f of findings(one)) { known[f.n] = f; }
  const drawing = new Drawing(one.at, known);
  const box = el("div", { "class": "original", lang: "zh-CN" });
  drawing.nodes(found.nodes, box, 0);
  holder.appendChild(el("p", { "class": "small", text: "底色标出的是各项问题的依据，点标记或其后的编号回到问题。" + (found.note || "") }));
  holder.appendChild(box);
  for (const number in drawing.first) {
    const mine = byId(one.at + "-" + number);
    if (mine) { mine.querySelector(".go").hidden = false; }
  }
}
