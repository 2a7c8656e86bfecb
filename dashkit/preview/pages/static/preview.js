// The page of the preview: fetches what a dashboard shows, and follows the pointer. No data is formatted here.
"use strict";

const root = document.documentElement;
const saved = localStorage.getItem("dashkit-theme");
if (saved) root.dataset.theme = saved;
document.getElementById("theme").addEventListener("click", () => {
  const next = root.dataset.theme === "light" ? "dark" : "light";
  root.dataset.theme = next;
  localStorage.setItem("dashkit-theme", next);
});

const board = document.getElementById("board");
// A page from a file has everything in it already.
const fixed = "static" in root.dataset;

// ---- the index

const search = document.getElementById("search");
if (search) {
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const section of document.querySelectorAll(".index section")) {
      let any = false;
      for (const entry of section.querySelectorAll("li")) {
        entry.hidden = !words.every((word) => entry.dataset.search.includes(word));
        if (!entry.hidden) { any = true; shown += 1; }
      }
      section.hidden = !any;
    }
    document.getElementById("count").textContent = `${shown} dashboard${shown === 1 ? "" : "s"}`;
  });
}

// ---- what is shown: times and variables, kept in the address

function wanted() {
  const query = new URLSearchParams(location.search);
  for (const key of ["from", "to"]) if (!query.has(key) && board.dataset[key]) query.set(key, board.dataset[key]);
  return query;
}

function choose(changes) {
  const query = new URLSearchParams(location.search);
  for (const [key, values] of Object.entries(changes)) {
    query.delete(key);
    for (const value of values) query.append(key, value);
  }
  history.pushState(null, "", `${location.pathname}?${query}`);
  load();
}

// ---- fetching: one answer, a line for the frame and one for each panel as its data arrives

let run = 0;
let pause = 1000;  // before the next try, in milliseconds; longer after each that fails
let stopped = new AbortController();
const folded = new Map();

async function load() {
  if (!board || fixed) return;
  const mine = ++run;
  stopped.abort();
  stopped = new AbortController();
  const query = wanted();
  query.set("width", Math.round(innerWidthOf(board)));
  query.set("height", Math.round(Math.max(0, innerHeightOf(board))));
  showRange();
  for (const section of board.querySelectorAll(".section")) {
    const button = section.querySelector(":scope > h2 > .fold");
    if (button) folded.set(section.dataset.key, button.getAttribute("aria-expanded") === "false");
  }
  for (const [key, is] of folded) query.append(is ? "folded" : "open", key);
  board.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`/view/${encodeURIComponent(board.dataset.uid)}?${query}`, { signal: stopped.signal });
    if (answer.status === 404) { location.reload(); return; }
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    for await (const line of linesOf(answer.body)) {
      if (mine !== run) return;
      const part = JSON.parse(line);
      if (part.kind === "frame") showFrame(part.html);
      else showPanel(part);
    }
  } catch (error) {
    if (error.name === "AbortError" || mine !== run) return;
    setTimeout(() => { if (mine === run) load(); }, pause);
    pause = Math.min(2 * pause, 30000);
    return;
  }
  pause = 1000;
  board.setAttribute("aria-busy", "false");
}

async function* linesOf(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    yield* lines;
  }
  if (rest) yield rest;
}

function innerWidthOf(element) {
  const style = getComputedStyle(element);
  return element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
}

// What is left of the screen between the head of the page and its lower margin.
function innerHeightOf(element) {
  const style = getComputedStyle(element);
  const top = element.getBoundingClientRect().top + window.scrollY;
  return window.innerHeight - top - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
}

// A new frame keeps the pictures of panels that are still there until their new ones arrive, and what is open or has the focus.
function showFrame(html) {
  const old = new Map([...board.querySelectorAll(".panel")].map((panel) => [panel.dataset.key, panel.querySelector(".content")]));
  const active = document.activeElement;
  const name = active && active.closest(".variables") ? active.name : "";
  const tab = active && active.closest("[role=tab]") ? active.id : "";
  const open = [...board.querySelectorAll("details.variable[open]")].map((entry) => entry.dataset.name);
  const edited = new Map(editsIn(board).map(([key, mark, details]) => [key, { open: details.open, focus: mark.contains(active) && active.tagName }]));
  board.innerHTML = html;
  for (const panel of board.querySelectorAll(".panel")) {
    const content = old.get(panel.dataset.key);
    if (content) panel.querySelector(".content").replaceWith(content);
  }
  for (const entry of board.querySelectorAll("details.variable")) entry.open = open.includes(entry.dataset.name);
  for (const [key, mark, details] of editsIn(board)) {
    const before = edited.get(key);
    details.open = before?.open;
    if (before?.focus) mark.querySelector(before.focus)?.focus();
  }
  if (tab) document.getElementById(tab)?.focus();
  if (name) board.querySelector(`.variables [name="${CSS.escape(name)}"]`)?.focus();
}

// What tells of edits in Grafana, above the panels and in them: a key, the element, and what it folds.
function editsIn(element) {
  return [...element.querySelectorAll(".edited")].map((mark) => [mark.closest(".panel")?.dataset.key, mark, mark.querySelector("details") || mark]);
}

function showPanel(part) {
  const panel = board.querySelector(`.panel[data-key="${CSS.escape(part.key)}"]`);
  if (!panel) return;
  const content = panel.querySelector(".content");
  const scrolled = [...content.querySelectorAll(".part")].map((one) => one.scrollTop);
  content.innerHTML = part.html;
  content.querySelectorAll(".part").forEach((one, number) => { one.scrollTop = scrolled[number] || 0; });
  content.setAttribute("aria-busy", "false");
  plots.delete(content);
  const title = panel.querySelector("h3");
  title.textContent = part.title;
  title.title = part.notes.length ? `${part.title} (${part.notes.join("; ")})` : part.title;
}

// ---- times, variables, rows

const range = document.getElementById("range");

function showRange() {
  if (!range) return;
  const query = wanted();
  const from = query.get("from"), to = query.get("to");
  const known = to === "now" && [...range.options].some((option) => option.value === from && option.value !== "custom");
  const custom = range.querySelector("[value=custom]");
  custom.hidden = known;
  if (!known) custom.textContent = `${readable(from)} to ${readable(to)}`;
  range.value = known ? from : "custom";
  times.elements.from.value = readable(from);
  times.elements.to.value = readable(to);
}

function readable(time) {
  return /^\d+$/.test(time) ? new Date(Number(time)).toISOString().replace("T", " ").slice(0, 19) : time;
}

const times = document.getElementById("times");
if (times) times.addEventListener("submit", (event) => {
  event.preventDefault();
  times.closest("details").open = false;
  choose({ from: [times.elements.from.value.trim() || "now-6h"], to: [times.elements.to.value.trim() || "now"] });
});

if (range) range.addEventListener("change", () => choose({ from: [range.value], to: ["now"] }));

let timer = 0;
const refresh = document.getElementById("refresh");
function schedule() {
  clearInterval(timer);
  const found = /^(\d+)([smh])$/.exec(refresh?.value || "");
  if (found) timer = setInterval(load, Math.max(1, found[1] * { s: 1, m: 60, h: 3600 }[found[2]]) * 1000);
}
if (refresh) { refresh.addEventListener("change", schedule); schedule(); }

if (board) {
  board.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.closest(".variables") || !field.name) return;
    if (field.type !== "checkbox") { choose({ [`var-${field.name}`]: [field.value] }); return; }
    const boxes = [...field.closest("fieldset").querySelectorAll("input[type=checkbox]")];
    const all = boxes.find((box) => box.value === "$__all");
    if (all && field.checked) for (const box of boxes) if ((box === all) !== (field === all)) box.checked = false;
    choose({ [`var-${field.name}`]: boxes.filter((box) => box.checked).map((box) => box.value) });
  });
  board.addEventListener("submit", (event) => event.preventDefault());
  board.addEventListener("input", (event) => {
    if (event.target.type !== "search") return;
    const word = event.target.value.toLowerCase();
    for (const label of event.target.closest("fieldset").querySelectorAll("label")) label.hidden = !label.textContent.toLowerCase().includes(word);
  });
  board.addEventListener("click", (event) => {
    const fold = event.target.closest(".fold");
    if (fold) {
      const open = fold.getAttribute("aria-expanded") === "true";
      fold.setAttribute("aria-expanded", String(!open));
      for (const part of fold.closest(".section").querySelectorAll(":scope > .grid, :scope > .inside")) part.hidden = open;
      if (!open) load();
      return;
    }
    const tab = event.target.closest("[role=tab]");
    if (tab) { openTab(tab); return; }
    const place = event.target.closest(".place");
    if (place) {
      navigator.clipboard?.writeText(place.dataset.place);
      place.classList.add("copied");
      setTimeout(() => place.classList.remove("copied"), 1500);
      return;
    }
    const entry = event.target.closest(".legend button");
    if (entry) isolate(entry, event.ctrlKey || event.metaKey);
  });
  document.addEventListener("click", (event) => {
    for (const entry of board.querySelectorAll("details.variable[open], details.note[open], details.menu[open]")) if (!entry.contains(event.target)) entry.open = false;
  });
  board.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const tab = step && event.target.closest("[role=tab]");
    if (!tab) return;
    const tabs = [...tab.parentElement.children];
    tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length].focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const entry of board.querySelectorAll("details[open]")) entry.open = false;
  });
}

// ---- tabs: open is the one that the address names, with the parameters that Grafana has for that, or the first

function openTab(tab) {
  const query = new URLSearchParams(location.search);
  query.set(tab.closest(".tabs").dataset.key, tab.dataset.slug);
  try {
    history.pushState(null, "", `${location.pathname}?${query}`);
  } catch {
    // Some browsers keep the address of a file as it is.
  }
  showTabs(query);
  load();
}

function showTabs(query) {
  for (const tabs of board.querySelectorAll(".tabs")) {
    const slug = query.get(tabs.dataset.key);
    const names = [...tabs.querySelectorAll(":scope > .names > [role=tab]")];
    const open = names.find((tab) => tab.dataset.slug === slug) || names[0];
    for (const tab of names) {
      tab.setAttribute("aria-selected", String(tab === open));
      document.getElementById(tab.getAttribute("aria-controls")).hidden = tab !== open;
    }
  }
}

if (board && fixed) {
  showTabs(new URLSearchParams(location.search));
  window.addEventListener("popstate", () => showTabs(new URLSearchParams(location.search)));
}

// A click on a series in the legend shows only that one; another click shows all again. With Ctrl it hides or shows that one.
function isolate(button, one) {
  const content = button.closest(".content");
  const buttons = [...content.querySelectorAll(".legend button")];
  const on = (entry) => !entry.classList.contains("off");
  const alone = buttons.every((entry) => on(entry) === (entry === button));
  for (const entry of buttons) {
    const show = one ? (entry === button ? !on(entry) : on(entry)) : alone || entry === button;
    entry.classList.toggle("off", !show);
    entry.setAttribute("aria-pressed", String(show));
    for (const shape of content.querySelectorAll(`[data-series="${entry.dataset.series}"]:not(button)`)) shape.style.display = show ? "" : "none";
  }
}

// ---- crosshair, tooltip, zoom

const plots = new Map();
const tip = document.createElement("div");
tip.id = "tip";
tip.hidden = true;
document.body.append(tip);

function plotOf(content) {
  if (!plots.has(content)) {
    const data = content.querySelector('script[type="application/json"]');
    plots.set(content, data ? JSON.parse(data.textContent) : null);
  }
  return plots.get(content);
}

function xOf(plot, at) {
  const [left, , width] = plot.plot;
  return left + (at - plot.range[0]) / (plot.range[1] - plot.range[0] || 1) * width;
}

function nearest(list, value) {
  let low = 0, high = list.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (list[middle] < value) low = middle; else high = middle;
  }
  return Math.abs(list[low] - value) <= Math.abs(list[high] - value) ? low : high;
}

function clearMarks(scope) {
  for (const mark of scope.querySelectorAll(".cross, .spot")) mark.remove();
}

function markAt(content, plot, number, spots) {
  clearMarks(content);
  const [, top, , height] = plot.plot;
  const cross = document.createElement("div");
  cross.className = "cross";
  cross.style.left = `${xOf(plot, plot.at[number])}px`;
  cross.style.top = `${top}px`;
  cross.style.height = `${height}px`;
  content.append(cross);
  if (!spots) return;
  for (const series of plot.series) {
    if (series.y[number] === null || isOff(content, series.number)) continue;
    const spot = document.createElement("div");
    spot.className = "spot";
    spot.style.left = cross.style.left;
    spot.style.top = `${series.y[number]}px`;
    spot.style.background = series.colour;
    content.append(spot);
  }
}

function isOff(content, number) {
  const button = content.querySelector(`.legend button[data-series="${number}"]`);
  return button !== null && button.classList.contains("off");
}

function showTip(content, plot, number, event, y) {
  const table = document.createElement("table");
  let best = null;
  for (const series of plot.series) {
    if (series.texts[number] === "" || isOff(content, series.number)) continue;
    const row = table.insertRow();
    const mark = document.createElement("i");
    mark.style.background = series.colour;
    row.insertCell().append(mark);
    row.insertCell().textContent = series.name;
    row.insertCell().textContent = series.texts[number];
    const distance = series.y[number] === null ? Infinity : Math.abs(series.y[number] - y);
    if (best === null || distance < best.distance) best = { row, distance };
  }
  if (best && best.distance < 20) best.row.className = "near";
  const title = document.createElement("b");
  title.textContent = plot.titles[number];
  tip.replaceChildren(title, table);
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = event.clientX + 16 + width > window.innerWidth ? event.clientX - 16 - width : event.clientX + 16;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, Math.min(event.clientY + 12, window.innerHeight - height - 4))}px`;
}

let drag = null;

document.addEventListener("pointermove", (event) => {
  const content = event.target.closest?.(".content");
  const plot = content && plotOf(content);
  const bounds = content?.getBoundingClientRect();
  const x = plot && event.clientX - bounds.left, y = plot && event.clientY - bounds.top;
  if (drag) { stretch(event); return; }
  const [left, top, width, height] = plot ? plot.plot : [0, 0, 0, 0];
  if (!plot || !plot.at.length || x < left || x > left + width || y < top || y > top + height) {
    if (!tip.hidden) { tip.hidden = true; clearMarks(document); }
    return;
  }
  const at = plot.range[0] + (x - left) / width * (plot.range[1] - plot.range[0]);
  const number = nearest(plot.at, at);
  if (board && board.dataset.tooltip !== "0" && plot.time) {
    for (const other of board.querySelectorAll(".content")) {
      const its = plotOf(other);
      if (other !== content && its && its.time && its.at.length) markAt(other, its, nearest(its.at, plot.at[number]), false);
    }
  }
  markAt(content, plot, number, true);
  showTip(content, plot, number, event, y);
});

document.addEventListener("pointerdown", (event) => {
  const content = event.target.closest?.(".content");
  const plot = content && plotOf(content);
  if (!plot || !plot.time || event.button !== 0 || fixed || event.target.closest(".part, a, button")) return;
  const x = event.clientX - content.getBoundingClientRect().left;
  if (x < plot.plot[0] || x > plot.plot[0] + plot.plot[2]) return;
  drag = { content, plot, start: x, end: x, box: null };
});

function stretch(event) {
  const { content, plot } = drag;
  const x = event.clientX - content.getBoundingClientRect().left;
  drag.end = Math.min(Math.max(x, plot.plot[0]), plot.plot[0] + plot.plot[2]);
  if (!drag.box) {
    drag.box = document.createElement("div");
    drag.box.className = "zoom";
    content.append(drag.box);
  }
  Object.assign(drag.box.style, {
    left: `${Math.min(drag.start, drag.end)}px`, width: `${Math.abs(drag.end - drag.start)}px`,
    top: `${plot.plot[1]}px`, height: `${plot.plot[3]}px`,
  });
}

document.addEventListener("pointerup", () => {
  if (!drag) return;
  const { plot, start, end, box } = drag;
  drag = null;
  box?.remove();
  if (Math.abs(end - start) < 5) return;
  const time = (x) => Math.round(plot.range[0] + (x - plot.plot[0]) / plot.plot[2] * (plot.range[1] - plot.range[0]));
  choose({ from: [time(Math.min(start, end))], to: [time(Math.max(start, end))] });
});

// ---- live reload

if (!fixed) {
  // A reload would take back the way to another page that somebody has just asked for.
  let leaving = false;
  window.addEventListener("beforeunload", () => { leaving = true; });
  const events = new EventSource(`/events?seen=${encodeURIComponent(root.dataset.version)}`);
  events.addEventListener("changed", async () => {
    const answer = await fetch("/banner");
    if (leaving) return;
    if (answer.ok) document.getElementById("banner").innerHTML = await answer.text();
    if (board) load();
    else location.reload();
  });
  let width = window.innerWidth;
  let resized = 0;
  window.addEventListener("resize", () => {
    if (width === window.innerWidth) return;
    width = window.innerWidth;
    clearTimeout(resized);
    resized = setTimeout(load, 150);
  });
  window.addEventListener("popstate", load);
  load();
}
