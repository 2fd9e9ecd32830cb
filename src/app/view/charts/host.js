// Draws charts with uPlot, which is fetched when the first one is to be seen.
// It decides nothing: what is drawn, with which ticks and labels, comes ready
// as data (src/plot/charts); colours are read from the design tokens.

let library = null;

// Resolves with uPlot's constructor.
function load() {
  library ??= import(new URL("vendor/uplot.js", document.baseURI).href).then(
    (module) => module.default,
  );
  return library;
}

// For each place of a chart: what is to be drawn, and what draws it.
const charts = new WeakMap();

// Tells how wide `host` is, and whether it is (nearly) on the screen, now and
// whenever that changes. Returns what stops it.
export function watch(host, tell) {
  let width = 0;
  let seen = false;
  const sizes = new ResizeObserver(() => {
    width = host.clientWidth;
    tell(width, seen);
  });
  const places = new IntersectionObserver(
    (entries) => {
      seen = entries.at(-1).isIntersecting;
      tell(width, seen);
    },
    { rootMargin: "200px" },
  );
  sizes.observe(host);
  places.observe(host);
  return () => {
    sizes.disconnect();
    places.disconnect();
  };
}

// Draws the chart that `text` describes (see uplot.rs) into `host`, in place of
// what was there. `point(x)` is told where the visitor points; `x` is undefined
// where that is nowhere.
export function draw(host, text, playhead, point) {
  const chart = charts.get(host) ?? { drawn: null, failed: false };
  charts.set(host, chart);
  chart.asked = JSON.parse(text);
  chart.playhead = playhead;
  chart.point = point;
  load().then(
    (uPlot) => {
      if (host.isConnected) show(uPlot, host, chart);
    },
    () => {
      host.textContent = chart.asked.unloaded;
    },
  );
}

// Moves the line of the playback; undefined: there is none.
export function movePlayhead(host, playhead) {
  const chart = charts.get(host);
  if (!chart || chart.playhead === playhead) return;
  chart.playhead = playhead;
  chart.drawn?.redraw(false);
}

// Shows the values at `x` as if it were pointed at.
export function pointAt(host, x) {
  const u = charts.get(host)?.drawn;
  if (u) u.setCursor({ left: u.valToPos(x, "x"), top: u.over.clientHeight / 2 }, false);
}

export function erase(host) {
  charts.get(host)?.drawn?.destroy();
  charts.delete(host);
}

// Resolves after so many ms.
export function later(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function show(uPlot, host, chart) {
  const { asked, drawn } = chart;
  // Colours are kept by what is drawn, so another theme is another chart.
  const theme = document.documentElement.dataset.theme ?? "";
  const lines = asked.lines.map(({ ink, look, weave, dash }) => [ink, look, weave, dash]);
  const shape = JSON.stringify([theme, lines, asked.bands, devicePixelRatio, asked.height]);
  const data = [asked.xs, ...asked.lines.map((line) => line.values)];
  if (drawn && chart.shape === shape) {
    if (drawn.width !== asked.width) {
      drawn.setSize({ width: asked.width, height: asked.height });
    }
    // Scales are read from what is asked: see `range`.
    drawn.setData(data);
    return;
  }
  drawn?.destroy();
  chart.shape = shape;
  chart.drawn = new uPlot(options(uPlot, host, chart), data, host);
  // As the painter does (paint.rs).
  host.querySelector("canvas").dataset.painted = getComputedStyle(host).colorScheme;
}

function options(uPlot, host, chart) {
  const styles = getComputedStyle(host);
  const ink = (name) => styles.getPropertyValue(name).trim();
  const font = `11px ${styles.fontFamily}`;
  const { asked } = chart;
  const scale = (name) => ({
    time: false,
    auto: true,
    range: () => [chart.asked[name].from, chart.asked[name].to],
  });
  const ticks = (name) => ({
    stroke: ink("--muted"),
    font,
    splits: () => chart.asked[name].ticks.map(([at]) => at),
    values: () => chart.asked[name].ticks.map(([, label]) => label),
    ticks: { show: false },
    gap: 4,
  });
  return {
    width: asked.width,
    height: asked.height,
    pxAlign: 1,
    padding: [10, 22, 0, 0],
    legend: { show: false },
    scales: { x: scale("x"), y: scale("y") },
    axes: [
      { ...ticks("x"), size: 28, gap: 8, grid: { show: false } },
      { ...ticks("y"), size: 48, grid: { stroke: ink("--grid"), width: 1 } },
    ],
    series: [{}, ...asked.lines.map((line) => series(uPlot, line, ink))],
    bands: asked.bands.map(([upper, lower]) => ({
      series: [upper + 1, lower + 1],
      fill: woven(ink(asked.lines[upper].ink), asked.lines[upper].weave),
    })),
    cursor: {
      drag: { setScale: false, x: false, y: false },
      points: { show: false },
      y: false,
      focus: { prox: -1 },
    },
    hooks: {
      setCursor: [
        (u) => {
          const { left } = u.cursor;
          chart.point(left >= 0 ? u.posToVal(left, "x") : undefined);
        },
      ],
      draw: [(u) => lay(u, chart, ink, font)],
    },
  };
}

function series(uPlot, { ink: token, look, weave, dash }, ink) {
  const stroke = ink(token);
  const isArea = look === "stack" || look === "area";
  const paths = isArea || look === "steps" ? uPlot.paths.stepped({ align: 1 }) : undefined;
  const isDotted = look === "dots" || look === "points";
  return {
    stroke,
    width: look === "dots" ? 0 : isArea ? 1 : 2,
    dash,
    fill: isArea ? woven(stroke, weave) : undefined,
    // Dots stand alone: not even a path of no width.
    paths: look === "dots" ? () => null : paths,
    spanGaps: look === "line",
    points: isDotted
      ? { show: true, size: look === "dots" ? 7 : 6, width: 0, stroke, fill: stroke }
      : { show: false },
  };
}

// Marks and the playback's place, over everything else.
function lay(u, { asked, playhead }, ink, font) {
  const { ctx, bbox } = u;
  const scale = devicePixelRatio;
  const upright = (x, colour, dash, width) => {
    const at = Math.round(u.valToPos(x, "x", true));
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * scale;
    ctx.setLineDash(dash.map((part) => part * scale));
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    return at;
  };
  ctx.save();
  ctx.font = font.replace("11px", `${11 * scale}px`);
  ctx.textBaseline = "top";
  ctx.textAlign = "left";
  let free = -Infinity;
  let row = 0;
  for (const [x, label] of asked.marks) {
    const at = upright(x, ink("--text"), [2, 3], 1);
    const width = ctx.measureText(label).width;
    const isLate = at + width + 6 * scale > bbox.left + bbox.width;
    const left = isLate ? at - width - 4 * scale : at + 4 * scale;
    // Neighbours' labels stand below each other.
    row = left < free ? row + 1 : 0;
    free = left + width + 4 * scale;
    const top = bbox.top + (2 + 13 * row) * scale;
    ctx.fillStyle = ink("--surface");
    ctx.fillRect(left - 2 * scale, top - scale, width + 4 * scale, 13 * scale);
    ctx.fillStyle = ink("--text");
    ctx.fillText(label, left, top);
  }
  if (playhead !== undefined && playhead >= asked.x.from && playhead <= asked.x.to) {
    upright(playhead, ink("--playhead"), [], 1.5);
  }
  ctx.restore();
}

// A colour with a pattern, so that areas differ in more than their colour.
function woven(colour, weave) {
  const size = Math.round(6 * devicePixelRatio);
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const ctx = tile.getContext("2d");
  ctx.fillStyle = colour;
  ctx.strokeStyle = colour;
  ctx.globalAlpha = weave === "solid" ? 0.75 : 0.16;
  ctx.fillRect(0, 0, size, size);
  ctx.globalAlpha = 0.9;
  ctx.lineWidth = 1.1 * devicePixelRatio;
  ctx.beginPath();
  const line = (...ends) => {
    ctx.moveTo(ends[0] * size, ends[1] * size);
    ctx.lineTo(ends[2] * size, ends[3] * size);
  };
  if (weave === "rising" || weave === "crossed") {
    // Longer than the tile, so that its corners are whole.
    line(-0.5, 0.5, 0.5, -0.5);
    line(-0.5, 1.5, 1.5, -0.5);
    line(0.5, 1.5, 1.5, 0.5);
  }
  if (weave === "falling" || weave === "crossed") {
    line(-0.5, -0.5, 1.5, 1.5);
    line(-0.5, 0.5, 0.5, 1.5);
    line(0.5, -0.5, 1.5, 0.5);
  }
  if (weave === "level") line(0, 0.5, 1, 0.5);
  ctx.stroke();
  if (weave === "dotted") {
    ctx.beginPath();
    ctx.arc(size / 2, size / 2, size * 0.2, 0, 2 * Math.PI);
    ctx.fill();
  }
  return ctx.createPattern(tile, "repeat");
}
