// SPDX-License-Identifier: MIT
// Charts by uPlot, where the build has it. Without, the tables and tiles say the same.
import { byId, element, setText } from './dom.js';
import { count, micros, sol } from './format.js';
import { onTheme } from './theme.js';

const pointsMax = 4_000; // The daemon tells at most 1,602; the rest is what came since.
let isWanted = false;
let isLoaded = false;
let points = [];
let stages = [];
let isVirtual = false;
const plots = new Map();

function load(src) {
  return new Promise((resolve, reject) => {
    const script = element('script', { src });
    script.addEventListener('load', resolve);
    script.addEventListener('error', () => reject(new Error(src)));
    document.head.append(script);
  });
}

export async function startCharts(hasCharts) {
  if (isWanted) return;
  isWanted = true;
  if (!hasCharts) {
    const text = 'No chart: this build was made without uPlot.';
    for (const id of ['equity-chart', 'latency-chart']) byId(id).replaceChildren(element('p', { class: 'dim' }, text));
    return;
  }
  document.head.append(element('link', { rel: 'stylesheet', href: '/uplot.css' }));
  await load('/uplot.js');
  isLoaded = true;
  onTheme(() => {
    drop();
    draw();
  });
  addEventListener('resize', () => {
    for (const [id, plot] of plots) plot.setSize(sizeOf(id));
  });
  draw();
}

export function takeHistory(history) {
  points = history.points;
  draw();
}

export function takePoint(told) {
  const at = told.taken_at_ms;
  if (points.length > 0 && at <= points[points.length - 1][0]) return;
  points.push([at, told.equity.lamports, told.equity.pnl_realized_lamports, told.report.market.updates]);
  if (points.length > pointsMax) points = points.slice(points.length / 2);
  stages = told.stages.filter((stage) => stage.count > 0 && stage.p50_us !== null);
  isVirtual = told.run.is_virtual_time;
  draw();
}

// Updates a second between two points; the first has none.
export function ratesOf(series) {
  return series.map((point, index) => {
    if (index === 0) return null;
    const before = series[index - 1];
    const seconds = (point[0] - before[0]) / 1000;
    const updates = point[3] - before[3];
    return seconds > 0 && updates >= 0 ? updates / seconds : null;
  });
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function sizeOf(id) {
  return { width: Math.max(200, byId(id).clientWidth), height: innerWidth < 768 ? 180 : 240 };
}

function axis(values, extra = {}) {
  return { stroke: colour('--dim'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line') }, values, ...extra };
}

function drop() {
  for (const plot of plots.values()) plot.destroy();
  plots.clear();
}

function plot(id, data, options) {
  const host = byId(id);
  if (plots.has(id)) {
    plots.get(id).setData(data);
    return;
  }
  host.replaceChildren();
  plots.set(id, new globalThis.uPlot({ ...sizeOf(id), cursor: { drag: { x: false, y: false } }, ...options }, data, host));
}

function line(label, name, value) {
  return { label, stroke: colour(name), width: 2, value, points: { show: false } };
}

const utc = (ms) => new Date(ms).toISOString();

function drawOverTime() {
  const times = points.map((point) => point[0]);
  const timeAxis = axis((self, splits) => splits.map((split) => utc(split).slice(11, 19)), { space: 70 });
  const time = { label: 'UTC', value: (self, value) => (value === null ? '–' : utc(value).slice(11, 19)) };
  const scales = { x: { time: false } };
  plot('equity-chart', [times, points.map((point) => point[1] / 1e9)], {
    scales,
    axes: [timeAxis, axis((self, splits) => splits.map((split) => String(Number(split.toFixed(6)))), { size: 84 })],
    series: [time, line('equity', '--accent', (self, value) => (value === null ? '–' : sol(value * 1e9)))],
  });
  const rates = ratesOf(points);
  plot('scan-chart', [times, rates], {
    scales,
    axes: [timeAxis, axis((self, splits) => splits.map((split) => count(split)), { size: 60 })],
    series: [time, line('updates/s', '--accent', (self, value) => (value === null ? '–' : value.toFixed(1)))],
  });
}

function drawLatency() {
  if (isVirtual || stages.length === 0) return;
  const names = stages.map((stage) => stage.name.replaceAll('_', ' '));
  const of = (key) => stages.map((stage) => Math.max(stage[key], 0.1));
  const data = [stages.map((_, index) => index), of('p50_us'), of('p90_us'), of('p99_us')];
  const host = byId('latency-chart');
  if (host.dataset.stages !== names.join()) { // Another stage was met: the axis is another.
    plots.get('latency-chart')?.destroy();
    plots.delete('latency-chart');
    host.dataset.stages = names.join();
  }
  const value = (self, us) => (us === null ? '–' : micros(us));
  plot('latency-chart', data, {
    scales: { x: { time: false, range: [-0.5, names.length - 0.5] }, y: { distr: 3 } },
    axes: [axis((self, splits) => splits.map((split) => (Number.isInteger(split) ? names[split] ?? '' : '')), {
      rotate: -40, size: 72, splits: () => names.map((_, index) => index), space: 1,
    }), axis((self, splits) => splits.map((split) => (split === null ? '' : micros(split))), { size: 72 })],
    series: [{ label: 'stage', value: (self, index) => names[index] ?? '–' }, line('p50', '--gain', value),
      line('p90', '--accent', value), line('p99', '--warn', value)].map((series, index) =>
      index === 0 ? series : { ...series, points: { show: true, size: 6 } }),
  });
}

export function draw() {
  const rates = ratesOf(points);
  const newest = rates.length > 0 ? rates[rates.length - 1] : null;
  setText(byId('scan-note'), newest === null ? 'Not known yet.' : `${newest.toFixed(1)} updates of accounts and slots a second now.`);
  if (!isLoaded || points.length < 2) return;
  drawOverTime();
  drawLatency();
}
