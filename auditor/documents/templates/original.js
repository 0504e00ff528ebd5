// The original: a tree of nodes -> elements of an allow-list; whatever else it holds becomes text.
const TAGS = { p: "p", ul: "ul", ol: "ol", li: "li", table: "table", tbody: "tbody", tr: "tr", td: "td", th: "th",
  caption: "caption", br: "br", b: "b", i: "i", u: "u", sub: "sub", sup: "sup", div: "div", mark: "mark", pre: "pre" };
const HEADS = { h1: "oh1", h2: "oh2", h3: "oh3" };
const PICTURE = /^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+\/=]+$/;
const DEEPEST = 80;

function own(table, key) { return typeof key === "string" && Object.prototype.hasOwnProperty.call(table, key) ? table[key] : null; }
function whole(value, least, most) {
  const number = Math.floor(Number(value));
  return number >= least && number <= most ? number : least;
}

// A drawing knows the report's anchor and its findings by number, and `first` remembers which findings have a mark already.
function Drawing(anchor, byNumber) { this.anchor = anchor; this.byNumber = byNumber; this.first = {}; this.pages = 0; }

Drawing.prototype.nodes = function (list, into, depth) {
  for (const node of list || []) { this.node(node, into, depth); }
  return into;
};

Drawing.prototype.node = function (node, into, depth) {
  if (typeof node === "string") { into.appendChild(document.createTextNode(node)); return; }
  if (!Array.isArray(node) || depth > DEEPEST) { return; }
  const more = node[2] || {};
  if (node[0] === "img") { this.picture(more, into); return; }
  const head = own(HEADS, node[0]);
  const tag = head ? "p" : own(TAGS, node[0]);
  if (!tag) { this.nodes(node[1], into, depth + 1); return; }
  const made = document.createElement(tag);
  if (head) { made.className = head; }
  if (tag === "td" || tag === "th") {
    const rows = whole(more.r, 1, 1000), columns = whole(more.c, 1, 200);
    if (rows > 1) { made.rowSpan = rows; }
    if (columns > 1) { made.colSpan = columns; }
  }
  if (tag === "mark") { this.mark(made, more.f); }
  this.nodes(node[1], made, depth + 1);
  if (tag === "mark") { this.references(made, more.f); }
  if (tag === "table") { into.appendChild(el("div", { "class": "scroll", tabindex: "0", role: "group", "aria-label": "原件中的表格，可横向滚动" }, [made])); }
  else { into.appendChild(made); }
};

// The findings are counted from 0 in the tree, from 1 on the page.
Drawing.prototype.numbers = function (indices) {
  const known = this.byNumber;
  return (Array.isArray(indices) ? indices : []).map(function (at) { return String(Number(at) + 1); })
    .filter(function (number) { return Object.prototype.hasOwnProperty.call(known, number); });
};

Drawing.prototype.mark = function (made, indices) {
  const numbers = this.numbers(indices);
  made.setAttribute("data-of", " " + numbers.join(" ") + " ");
  made.tabIndex = -1;
};

Drawing.prototype.reference = function (number) {
  const finding = this.byNumber[number];
  const link = el("a", { "class": "ref", href: "#" + this.anchor + "-" + number, text: number,
    "aria-label": "问题" + number + "：" + finding.title, title: finding.title });
  if (!this.first[number]) { this.first[number] = true; link.setAttribute("data-first", number); }
  return link;
};

Drawing.prototype.references = function (made, indices) {
  for (const number of this.numbers(indices)) { made.appendChild(this.reference(number)); }
};

Drawing.prototype.picture = function (more, into) {
  this.pages += 1;
  if (typeof more.src !== "string" || !PICTURE.test(more.src)) { return; }
  const image = el("img", { alt: "原件第" + whole(more.page || this.pages, 1, 100000) + "页", src: more.src });
  const width = whole(more.w, 1, 20000), height = whole(more.h, 1, 20000);
  image.width = width; image.height = height;
  const sheet = el("div", { "class": "sheet" }, [image]);
  for (const box of Array.isArray(more.boxes) ? more.boxes : []) { this.box(box, width, height, sheet); }
  into.appendChild(sheet);
};

Drawing.prototype.box = function (box, width, height, sheet) {
  const numbers = this.numbers(box[4]);
  if (!numbers.length) { return; }
  const made = el("div", { "class": "box", tabindex: "-1", "data-of": " " + numbers.join(" ") + " " });
  made.style.left = percent(box[0], width); made.style.top = percent(box[1], height);
  made.style.width = percent(box[2] - box[0], width); made.style.height = percent(box[3] - box[1], height);
  for (const number of numbers) { made.appendChild(this.reference(number)); }
  sheet.appendChild(made);
};

function percent(part, all) { return Math.min(Math.max(Number(part) * 100 / all, 0), 100) + "%"; }
