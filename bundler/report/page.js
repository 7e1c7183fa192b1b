
"use strict";
(() => {
  // Each file is [path, package, verdict, staged bytes, bundle bytes, zipped bytes, reason, becomes, events]. Package,
  // reason and events are indexes into the lists `packages`, `reasons` and `events`.
  const numbers = JSON.parse(document.getElementById("numbers").textContent);
  const packageName = ([name, version]) => (name ? name + (version ? " " + version : "") : "the function");
  const files = numbers.files.map(([path, pack, verdict, before, after, zipped, reason, becomes, events]) => ({
    path, verdict, before, after, zipped, becomes,
    package: packageName(numbers.packages[pack]),
    shortPackage: packageName([numbers.packages[pack][0], ""]),
    reason: numbers.reasons[reason].slice(0, 2).filter(Boolean).join(": "),
    rule: numbers.reasons[reason][2],
    events: events.map((event) => numbers.events[event]),
  }));

  const sizeText = (bytes) => {
    if (bytes < 1000) return bytes + " B";
    let value = bytes / 1000, unit = 0;
    while (value >= 999.95 && unit < 3) { value /= 1000; unit += 1; }
    return value.toFixed(1) + " " + ["kB", "MB", "GB", "TB"][unit];
  };
  const countText = (count, word) => count.toLocaleString("en") + " " + word + (count === 1 ? "" : "s");
  const element = (name, options = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(options)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  // ---- the tree of sizes: packages, then folders, then files -------------------------------------------------------

  const measures = { bundle: (file) => file.after, zipped: (file) => file.zipped, staged: (file) => file.before };

  const childOf = (node, name) => {
    if (!node.index.has(name)) {
      const child = { name, children: [], index: new Map(), size: 0, count: 0, parent: node, hue: node.hue };
      node.index.set(name, child);
      node.children.push(child);
    }
    return node.index.get(name);
  };
  const grow = (measure) => {
    const root = { name: "all packages", children: [], index: new Map(), size: 0, count: 0, parent: null, hue: 0 };
    for (const file of files) {
      const size = measure(file);
      if (size <= 0) continue;
      let node = childOf(root, file.package);
      const way = [root, node];
      const parts = (measure !== measures.staged && file.becomes ? file.becomes : file.path).split("/");
      for (const part of parts) { node = childOf(node, part); way.push(node); }
      node.file = file;
      for (const passed of way) {
        passed.size += size;
        passed.count += 1;
        passed.kept = passed.kept || file.verdict !== "drop";
      }
    }
    return root;
  };
  // Joins a folder and its only child to one step. Sorts the children by size, largest first, as squarify needs them.
  const tidy = (node) => {
    for (let i = 0; i < node.children.length; i += 1) {
      let child = node.children[i];
      while (node.parent && child.children.length === 1) {
        const only = child.children[0];
        only.name = child.name + "/" + only.name;
        only.parent = node;
        child = only;
      }
      node.children[i] = child;
      tidy(child);
    }
    node.children.sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1));
  };
  // The same package has the same colour in every view.
  const hues = new Map();
  const paint = (node, hue) => { node.hue = hue; node.children.forEach((child) => paint(child, hue)); };
  const build = (kind) => {
    const root = grow(measures[kind]);
    tidy(root);
    for (const child of root.children) {
      if (!hues.has(child.name)) hues.set(child.name, hues.size % 10);
      paint(child, hues.get(child.name));
    }
    return root;
  };

  // Bruls, Huizing and van Wijk, "Squarified treemaps" (2000): rows along the shorter side. A row takes tiles as long as
  // the worst ratio of its tiles does not get worse.
  const squarify = (children, box) => {
    const placed = [];
    let { x, y, w, h } = box;
    let total = children.reduce((sum, child) => sum + child.size, 0);
    let at = 0;
    while (at < children.length && w > 0 && h > 0) {
      const side = Math.min(w, h), scale = (w * h) / total;
      const worst = (sum, small, large) => Math.max((side * side * large) / (sum * sum), (sum * sum) / (side * side * small));
      let end = at, sum = 0, ratio = Infinity;
      while (end < children.length) {
        const area = children[end].size * scale;
        const next = worst(sum + area, area, children[at].size * scale);
        if (next > ratio) break;
        ratio = next; sum += area; end += 1;
      }
      const thick = sum / side;
      let along = 0;
      for (let i = at; i < end; i += 1) {
        const length = (children[i].size * scale) / thick;
        placed.push(w >= h ? { node: children[i], x, y: y + along, w: thick, h: length }
                           : { node: children[i], x: x + along, y, w: length, h: thick });
        along += length;
        total -= children[i].size;
      }
      if (w >= h) { x += thick; w -= thick; } else { y += thick; h -= thick; }
      at = end;
    }
    return placed;
  };

  // ---- drawing -----------------------------------------------------------------------------------------------------

  const space = "http://www.w3.org/2000/svg";
  const draw = (name, attributes, parent) => {
    const made = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    parent.append(made);
    return made;
  };
  const canvas = document.getElementById("canvas"), detail = document.getElementById("detail");
  const crumbs = document.getElementById("crumbs");
  const roots = {};
  let kind = "bundle", current = null;

  const tileClass = (node, name) => name + " h" + node.hue + (node.kept ? "" : " dropped");
  const describe = (node) => {
    const text = node.name + ", " + sizeText(node.size);
    return node.file ? text + ", " + node.file.verdict : text + ", " + countText(node.count, "file");
  };
  const explain = (node) => {
    const parts = [element("b", {}, node.file ? node.file.path : node.name), " "];
    const file = node.file;
    if (!file) {
      const share = current.size ? Math.round((node.size / roots[kind].size) * 1000) / 10 : 0;
      parts.push(sizeText(node.size) + " in " + countText(node.count, "file") + ", " + share + " % of all");
    } else {
      parts.push(file.package, element("br"));
      parts.push("staged " + sizeText(file.before) + ", bundle " + sizeText(file.after) + ", zipped " + sizeText(file.zipped));
      parts.push(element("br"), file.verdict + ": " + file.reason + (file.rule ? " (" + file.rule + ")" : ""));
      if (file.becomes) parts.push("; in the bundle it is " + file.becomes);
      if (file.events.length) parts.push("; used by " + file.events.join(", "));
    }
    detail.replaceChildren(...parts);
  };
  const fitting = (text, width, letter) => {
    const most = Math.floor(width / letter);
    return text.length <= most ? text : most > 4 ? text.slice(0, most - 1) + "\u2026" : "";
  };

  const header = 18;
  // Draws everything inside a cell, down to the smallest visible tiles. None of it can have the focus.
  const drawInside = (node, box, parent) => {
    if (node.children.length === 0 || box.w < 6 || box.h < 6) return;
    for (const placed of squarify(node.children, box)) {
      if (placed.w < 1 || placed.h < 1) continue;
      const tile = draw("rect", { class: tileClass(placed.node, "tile"), x: placed.x, y: placed.y, width: placed.w, height: placed.h }, parent);
      tile.addEventListener("mouseenter", () => explain(placed.node));
      const inner = { x: placed.x + 1, y: placed.y + 1, w: placed.w - 2, h: placed.h - 2 };
      if (placed.node.children.length) {
        drawInside(placed.node, inner, parent);
      } else if (placed.w > 56 && placed.h > 16) {
        const label = fitting(placed.node.name.split("/").pop(), placed.w - 8, 6.6);
        if (label) draw("text", { class: "weak", x: placed.x + 4, y: placed.y + 13 }, parent).textContent = label;
      }
    }
  };
  const drawCell = (placed, svg) => {
    const { node, x, y, w, h } = placed;
    const open = node.children.length > 0;
    const cell = draw("g", { class: open ? "cell" : "cell leaf", tabindex: "0", role: open ? "button" : "img", "aria-label": describe(node) }, svg);
    draw("rect", { class: tileClass(node, "frame"), x, y, width: w, height: h }, cell);
    const named = w > 44 && h > header;
    if (named) {
      const label = draw("text", { class: "strong", x: x + 6, y: y + 13 }, cell);
      label.textContent = fitting(node.name, w - 10, 7.6);
      const size = sizeText(node.size);
      if (label.textContent === node.name && w > (node.name.length + size.length) * 7.4 + 22) {
        draw("text", { class: "weak", x: x + w - 6, y: y + 13, "text-anchor": "end" }, cell).textContent = size;
      } else if (!open && h > 34) {
        draw("text", { class: "weak", x: x + 6, y: y + 28 }, cell).textContent = w > 56 ? size : "";
      }
    }
    const top = named ? header : 2;
    drawInside(node, { x: x + 2, y: y + top, w: w - 4, h: h - top - 2 }, cell);
    cell.addEventListener("focus", () => explain(node));
    cell.addEventListener("mouseenter", () => explain(node));
    if (open) {
      cell.addEventListener("click", () => enter(node));
      cell.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); enter(node, true); }
      });
    }
  };
  const drawCrumbs = () => {
    const way = [];
    for (let node = current; node; node = node.parent) way.unshift(node);
    crumbs.replaceChildren(...way.map((node, i) => {
      if (i === way.length - 1) return element("li", { "aria-current": "true" }, node.name + ", " + sizeText(node.size));
      const button = element("button", { type: "button" }, node.name);
      button.addEventListener("click", () => enter(node));
      return element("li", {}, button);
    }));
  };
  const render = () => {
    const width = Math.max(280, canvas.clientWidth), height = Math.round(Math.min(560, Math.max(320, width * 0.5)));
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 " + width + " " + height);
    for (const placed of squarify(current.children, { x: 0, y: 0, w: width, h: height })) {
      if (placed.w >= 1.5 && placed.h >= 1.5) drawCell(placed, svg);
    }
    canvas.replaceChildren(svg);
    drawCrumbs();
  };
  const enter = (node, focus) => {
    current = node;
    render();
    explain(node);
    if (focus) { const first = canvas.querySelector(".cell"); if (first) first.focus(); }
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && current.parent) { enter(current.parent, true); return; }
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const cells = [...canvas.querySelectorAll(".cell")];
    const next = cells[cells.indexOf(document.activeElement) + step];
    if (next) { event.preventDefault(); next.focus(); }
  });
  const choose = (name) => {
    kind = name;
    roots[kind] = roots[kind] || build(kind);
    enter(roots[kind]);
    document.getElementById("legend").hidden = kind !== "staged";
  };
  for (const radio of document.querySelectorAll("input[name=size]")) radio.addEventListener("change", () => choose(radio.value));

  // ---- the list of files -------------------------------------------------------------------------------------------

  const rowsAtOnce = 100;
  const words = document.getElementById("words"), verdict = document.getElementById("verdict");
  const body = document.querySelector("#file-table tbody"), more = document.getElementById("more");
  const count = document.getElementById("count");
  let order = { key: "before", down: true }, matching = [], shown = 0;

  const fileRow = (file) => {
    const name = element("th", { scope: "row" }, element("code", {}, file.path));
    if (file.becomes) name.append(element("small", { class: "note" }, "\u2192 ", element("code", {}, file.becomes)));
    const why = element("td", {}, file.reason);
    if (file.rule) why.append(" ", element("code", {}, file.rule));
    const sizes = [file.before, file.after, file.zipped].map((size) => element("td", { class: "number" }, size ? sizeText(size) : "\u2013"));
    return element("tr", {}, name, element("td", {}, file.shortPackage), element("td", {}, file.verdict), why, ...sizes);
  };
  const showMore = () => {
    body.append(...matching.slice(shown, shown + rowsAtOnce).map(fileRow));
    shown = Math.min(matching.length, shown + rowsAtOnce);
    more.hidden = shown >= matching.length;
  };
  const list = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    matching = files.filter((file) => {
      if (verdict.value && file.verdict !== verdict.value) return false;
      const text = [file.path, file.becomes, file.package, file.reason, file.rule].join("\n").toLowerCase();
      return wanted.every((word) => text.includes(word));
    });
    const { key, down } = order;
    matching.sort((a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : a.path < b.path ? -1 : 1) * (down && a[key] !== b[key] ? -1 : 1));
    const before = matching.reduce((sum, file) => sum + file.before, 0);
    const after = matching.reduce((sum, file) => sum + file.after, 0);
    count.textContent = countText(matching.length, "file") + ", " + sizeText(before) + " staged, " + sizeText(after) + " in the bundle";
    body.replaceChildren();
    shown = 0;
    showMore();
    for (const button of document.querySelectorAll("#file-table thead button")) {
      const head = button.parentElement;
      if (button.dataset.key === key) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  };
  for (const button of document.querySelectorAll("#file-table thead button")) {
    button.addEventListener("click", () => {
      const key = button.dataset.key;
      order = { key, down: order.key === key ? !order.down : ["before", "after", "zipped"].includes(key) };
      list();
    });
  }
  for (const button of document.querySelectorAll("button.show")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      words.value = button.dataset.reason;
      verdict.value = button.dataset.verdict;
      list();
      document.getElementById("files").scrollIntoView();
      words.focus({ preventScroll: true });
    });
  }
  let waiting = 0;
  words.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(list, 80); });
  verdict.addEventListener("change", list);
  more.addEventListener("click", showMore);
  document.getElementById("filter").addEventListener("submit", (event) => event.preventDefault());

  document.getElementById("treemap").hidden = false;
  document.getElementById("files-section").hidden = false;
  choose("bundle");
  list();
  let width = canvas.clientWidth;
  new ResizeObserver(() => { if (canvas.clientWidth !== width) { width = canvas.clientWidth; render(); } }).observe(canvas);
})();
