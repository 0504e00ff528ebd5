// What all parts of the page share: elements made of text only, and the packed data.
const root = document.documentElement;
root.className += " js";

function el(tag, attributes, children) {
  const node = document.createElement(tag);
  for (const name in attributes || {}) {
    if (attributes[name] !== undefined && attributes[name] !== null && attributes[name] !== "") {
      if (name === "text") { node.textContent = attributes[name]; }
      else if (name.slice(0, 2) !== "on") { node.setAttribute(name, attributes[name]); }
    }
  }
  return add(node, children);
}

function add(node, children) {
  for (const child of children || []) {
    if (child === null || child === undefined || child === "") { continue; }
    node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
  }
  return node;
}

function byId(id) { return document.getElementById(id); }
function each(list, run) { Array.prototype.forEach.call(list, run); }
function clear(node) { while (node.firstChild) { node.removeChild(node.firstChild); } }

const LEVELS = { "严重": "s0", "较重": "s1", "一般": "s2", "提示": "s3" };
function levelOf(severity) { return Object.prototype.hasOwnProperty.call(LEVELS, severity) ? LEVELS[severity] : "s3"; }

const OLD = "这个浏览器较旧，不能展开各单位的明细（全县情况仍可查看）。请用 Edge 80、Chrome 80、Firefox 113 或者更新的浏览器打开本页。";

function unpacked(id) {
  const holder = byId(id);
  if (!holder) { return Promise.resolve(null); }
  const said = holder.textContent;
  if (holder.type === "application/json") { return Promise.resolve(JSON.parse(said)); }
  if (typeof DecompressionStream === "undefined") { return Promise.reject(new Error(OLD)); }
  const raw = atob(said);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) { bytes[i] = raw.charCodeAt(i); }
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text().then(JSON.parse);
}

// A whole number in a tree is the place of a text.
function revived(words, tree) {
  if (typeof tree === "number") { return words[tree]; }
  if (Array.isArray(tree)) { return tree.map(function (one) { return revived(words, one); }); }
  if (tree && typeof tree === "object") {
    const out = {};
    for (const key in tree) { out[key] = revived(words, tree[key]); }
    return out;
  }
  return tree;
}

let packed = null;
const opened = {};
const ready = unpacked("reports").then(function (found) { packed = found; return found; });

// The report of that number, from 1; null where there is none.
function report(number) {
  if (!packed || !packed.units[number - 1]) { return null; }
  if (!opened[number]) { opened[number] = revived(packed.words, packed.units[number - 1]); }
  return opened[number];
}

function trouble(error) {
  const box = byId("problem");
  box.textContent = error && error.message === OLD ? OLD : "本页的数据读不出来，文件可能不完整，请重新取一份。";
  box.hidden = false;
}

// Every finding of a report, those under others too, in the order in which they are shown.
function findings(one) {
  const out = [];
  function walk(list) { for (const f of list || []) { out.push(f); walk(f.under); } }
  walk(one.certain); walk(one.doubts); walk(one.apart);
  return out;
}
