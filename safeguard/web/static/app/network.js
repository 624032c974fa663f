// The family network to explore. Without it the page shows the same picture, still, and the table.
import cytoscape from "../vendor/cytoscape.esm.min.js";

const root = document.getElementById("network");
const data = JSON.parse(document.getElementById("network-data").textContent);
const canvas = document.getElementById("network-canvas");
const choose = document.getElementById("network-choose");
const time = document.getElementById("network-time");
const play = document.getElementById("network-play");
const evidence = document.getElementById("network-evidence");
const inks = { family: "#0b0c0c", other: "#4c2c92", home: "#00703c", belongs: "#1a65a6", event: "#7d2a6b", contact: "#b10e1e", named: "#7a4b00", concern: "#b10e1e", alike: "#a8400b", same: "#505a5f" };
const dashes = { other: [7, 4], belongs: [2, 3], event: [5, 2], named: [3, 4], concern: [9, 4], alike: [9, 3, 2, 3], same: [2, 5] };
const shapes = { square: "rectangle", circle: "ellipse", diamond: "diamond", place: "pentagon", school: "round-rectangle", agency: "hexagon", referral: "polygon", contact: "polygon", concern: "triangle", event: "polygon", events: "polygon", addition: "polygon" };
// The outlines that the library has not, from -1 to 1 as it asks for them.
const outlines = {
  referral: [-0.8, -1, 0.35, -1, 0.8, -0.5, 0.8, 1, -0.8, 1],
  contact: [-1, -0.8, 1, -0.8, 1, 0.5, -0.2, 0.5, -0.6, 1, -0.6, 0.5, -1, 0.5],
  event: [-0.5, -0.7, 1, -0.7, 0.5, 0.7, -1, 0.7],
  events: [-1, -0.5, -0.5, -0.5, -0.5, -1, 1, -1, 1, 0.5, 0.5, 0.5, 0.5, 1, -1, 1],
  addition: [-0.35, -1, 0.35, -1, 0.35, -0.35, 1, -0.35, 1, 0.35, 0.35, 0.35, 0.35, 1, -0.35, 1, -0.35, 0.35, -1, 0.35, -1, -0.35, -0.35, -0.35],
};
// What a group holds by a day, in the words of the server.
const kinds = ["concern", "observation", "decision", "addition"];
function counted(holds) {
  const parts = kinds.map((kind) => [kind, holds.filter((one) => one[1] === kind).length]).filter((one) => one[1])
    .map(([kind, count]) => `${count} ${kind}${count === 1 ? "" : "s"}`);
  return parts.length === 1 ? parts[0] : `${holds.length} events of ${parts.length} kinds:\n${parts.join(",\n")}`;
}
const fills = { place: "#e3f1e8", school: "#e8eef7", agency: "#fbeeee", referral: "#fdf3d6", contact: "#fdf3d6", addition: "#fdf3d6", concern: "#f7e3f1", event: "#f7e3f1", events: "#f7e3f1" };
// Over the shape of somebody who has died, as in the family tree.
const cross = `data:image/svg+xml;utf8,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="40" height="40"><path d="M1 1 L39 39 M1 39 L39 1" stroke="#0b0c0c" stroke-width="2"/></svg>')}`;
const inWords = (day) => new Date(`${day}T12:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

const nodes = data.nodes.map((one) => ({
  data: { ...one, whole: one.label, fill: one.focus ? "#d2e2f1" : fills[one.shape] ?? "#ffffff" },
  position: { x: one.x, y: one.y },
}));
const edges = data.links.map((one) => ({ data: { ...one, ink: inks[one.group] } }));

if (nodes.length) {
  root.querySelector(".app-network__tools").hidden = false;
  root.querySelector(".app-network__still").classList.add("app-network__still--replaced");
  canvas.hidden = false;
  // As high as the whole picture needs at this width, within a screen.
  if (canvas.clientWidth > 700) canvas.style.height = `${Math.min(900, Math.max(480, data.height * Math.min(1, canvas.clientWidth / data.width) + 60))}px`;
  start();
}

function start() {
  const cy = cytoscape({
    container: canvas,
    elements: { nodes, edges },
    layout: { name: "preset", fit: true, padding: 30 },
    minZoom: 0.1,
    maxZoom: 3,
    boxSelectionEnabled: false,
    style: [
      { selector: "node", style: {
        shape: (node) => shapes[node.data("shape")], width: 40, height: 40, "background-color": "data(fill)", "border-width": 2,
        "border-color": "#0b0c0c", label: "data(label)", "text-wrap": "wrap", "text-valign": "bottom", "text-margin-y": 5,
        "font-size": 13, "font-family": "Arial, sans-serif", "text-background-color": "#ffffff", "text-background-opacity": 0.85, color: "#0b0c0c" } },
      { selector: Object.keys(outlines).map((shape) => `node[shape = "${shape}"]`).join(", "), style: { "shape-polygon-points": (node) => outlines[node.data("shape")] } },
      { selector: "node.app-gone", style: { "background-image": cross, "background-fit": "contain" } },
      { selector: "node[?focus]", style: { "border-width": 4, "font-weight": "bold" } },
      { selector: "edge", style: {
        width: 2, "line-color": "data(ink)", "curve-style": "bezier",
        "line-style": (edge) => (dashes[edge.data("group")] ? "dashed" : "solid"),
        "line-dash-pattern": (edge) => dashes[edge.data("group")] ?? [1, 0] } },
      { selector: 'edge[group = "contact"], edge[group = "event"]', style: { width: 1 } },
      { selector: ".app-past", style: { opacity: 0.4 } },
      { selector: ".app-away", style: { display: "none" } },
      { selector: ".app-pinned", style: { "border-width": 6, "border-style": "double" } },
      { selector: ":selected", style: { "border-color": "#b35900", "border-width": 6, "line-color": "#b35900", width: (one) => (one.isEdge() ? 5 : 40) } },
    ],
  });
  // The picture reacts to filters and choices at once: nothing moves by itself for who has asked for no motion.
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const pin = root.querySelector('[data-network="pin"]');
  const last = data.steps.length - 1;
  const step = () => (time ? Number(time.value) : last);

  for (const [label, all] of [["People, places, contacts and agencies", cy.nodes()], ["Links", cy.edges()]]) {
    const group = document.createElement("optgroup");
    group.label = label;
    for (const one of all) group.append(new Option(one.data("words") ?? one.data("name"), one.id()));
    choose.append(group);
  }

  function shown() {
    const groups = new Set([...root.querySelectorAll('input[name="group"]:checked')].map((box) => box.value));
    const day = data.steps[step()] ?? "";
    cy.batch(() => {
      for (const edge of cy.edges()) {
        edge.toggleClass("app-away", !groups.has(edge.data("group")) || edge.data("known") > day || (edge.data("spared") && groups.has("event")));
        edge.toggleClass("app-past", edge.data("ends") !== "" && edge.data("ends") <= day || edge.data("standing") === "Ended" && step() === last);
      }
      for (const node of cy.nodes()) {
        const joined = node.connectedEdges().some((edge) => !edge.hasClass("app-away"));
        node.toggleClass("app-away", !joined && !node.data("focus") && !node.hasClass("app-pinned"));
        const holds = node.data("holds").filter((one) => one[0] <= day);
        const known = node.data("goneKnown") <= day;
        node.toggleClass("app-gone", node.data("gone") && known);
        if (holds.length) node.data("label", step() < last ? counted(holds) : node.data("whole"));
        else if (node.data("goneKnown")) node.data("label", known ? node.data("whole") : node.data("plain"));
      }
    });
    const seen = cy.edges().filter((edge) => !edge.hasClass("app-away")).length;
    const words = day ? inWords(day) : "";
    if (time) {
      document.getElementById("network-day").textContent = words;
      time.setAttribute("aria-valuetext", words);
    }
    document.getElementById("network-count").textContent = `${seen} of ${cy.edges().length} links are shown${step() < last ? `, as known by ${words}` : ""}.`;
  }

  // As nobody has moved it yet: the whole or, where that would be too small to read, the middle of the matter.
  let moved = false;
  function view() {
    cy.resize();
    if (moved) return;
    cy.fit(undefined, 30);
    if (cy.zoom() < (innerWidth > 700 ? 0.4 : 0.6)) {
      cy.zoom(0.75);
      cy.center(chosen().nonempty() ? chosen() : cy.nodes("[?focus]"));
    }
  }

  function tell(one) {
    const body = document.getElementById("network-evidence-body");
    body.replaceChildren();
    pin.disabled = !one || one.isEdge();
    pin.setAttribute("aria-pressed", String(Boolean(one?.hasClass("app-pinned"))));
    pin.textContent = one?.hasClass("app-pinned") ? "Unpin" : "Pin";
    evidence.hidden = !one;
    view();
    if (!one) return;
    document.getElementById("network-evidence-title").textContent = one.isEdge() ? one.data("kind") : one.data("name");
    const list = document.createElement("ul");
    list.className = "govuk-list";
    const edges = one.isEdge() ? one : one.connectedEdges();
    for (const edge of edges) {
      const item = document.createElement("li");
      item.className = "app-said";
      const said = document.createElement("span");
      said.className = "govuk-hint govuk-!-font-size-16";
      said.textContent = `${edge.data("standing")}, ${edge.data("dates")}. Said by ${edge.data("said").join("; ")}.`;
      item.append(edge.data("words"), document.createElement("br"), said);
      list.append(item);
    }
    if (!one.isEdge() && one.data("opens")) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.className = "govuk-link";
      const address = new URL(location.href);
      address.searchParams.delete("page");
      address.searchParams.set("open", one.data("opens"));
      link.href = address.href;
      link.textContent = "Draw each of these";
      item.append(link);
      list.append(item);
    }
    if (edges.length === 0) list.append("Nothing joins it to anybody here.");
    body.append(list);
  }

  const chosen = () => cy.$(":selected").first();
  const select = (one) => {
    cy.$(":selected").unselect();
    one.select();
    choose.value = one.id();
    tell(one);
  };

  cy.on("tap", "node, edge", (event) => select(event.target));
  cy.on("tap", (event) => {
    if (event.target !== cy) return;
    cy.$(":selected").unselect();
    choose.value = "";
    tell(null);
  });
  choose.addEventListener("change", () => {
    const one = cy.getElementById(choose.value);
    if (one.empty()) return tell(null);
    select(one);
    if (moved && !one.hasClass("app-away")) cy.center(one);
  });
  root.addEventListener("change", (event) => {
    if (event.target.name === "group") shown();
  });
  const zoom = (by) => (moved = true) && cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  const acts = {
    in: () => zoom(1.25),
    out: () => zoom(0.8),
    fit: () => {
      moved = true;
      cy.fit(undefined, 30);
    },
    pin: () => {
      const one = chosen();
      if (one.empty() || one.isEdge()) return;
      one.toggleClass("app-pinned");
      one.hasClass("app-pinned") ? one.lock() : one.unlock();
      tell(one);
      shown();
    },
  };
  root.addEventListener("click", (event) => acts[event.target.dataset?.network]?.());
  canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] };
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    moved = true;
    if (event.key in moves) cy.panBy({ x: moves[event.key][0], y: moves[event.key][1] });
    else if (event.key === "+" || event.key === "=") acts.in();
    else if (event.key === "-") acts.out();
    else if (event.key === "0") acts.fit();
    else return;
    event.preventDefault();
  });

  let playing = null;
  const stop = () => {
    clearInterval(playing);
    playing = null;
    play.textContent = "Show how it grew";
  };
  time?.addEventListener("input", shown);
  play?.addEventListener("click", () => {
    if (playing) return stop();
    time.value = "0";
    shown();
    play.textContent = "Stop";
    playing = setInterval(() => {
      time.value = String(step() + 1);
      shown();
      if (step() >= last) stop();
    }, still ? 2000 : 900);
  });
  cy.on("dragpan pinchzoom scrollzoom", () => { moved = true; });
  addEventListener("resize", view);
  shown();
  view();
  root.dataset.ready = "yes";
}
