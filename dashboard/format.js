// SPDX-License-Identifier: MIT
// Numbers as people read them. The document has integers: lamports, micro-USD as decimal text.

const lamportsPerSol = 1e9;

function minus(value, text) {
  return value < 0 ? `−${text}` : text;
}

export function sol(lamports) {
  if (lamports === null || lamports === undefined) return 'unknown';
  const amount = lamports / lamportsPerSol;
  const digits = Math.abs(amount) >= 1000 ? 2 : Math.abs(amount) >= 1 ? 4 : 6;
  return minus(amount, `${Math.abs(amount).toFixed(digits)} SOL`);
}

// `price` in USD per SOL; zero: nobody knows it.
export function usd(lamports, price) {
  if (lamports === null || lamports === undefined || !price) return 'USD unknown';
  const amount = (lamports / lamportsPerSol) * price;
  const text = Math.abs(amount).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return minus(amount, `$${text}`);
}

export function signed(text, value) {
  return value > 0 ? `+${text}` : text;
}

// For colours, beside a sign that says the same.
export function leaning(value) {
  return value > 0 ? 'gain' : value < 0 ? 'loss' : '';
}

export function percent(basisPoints, digits = 2) {
  return minus(basisPoints, `${(Math.abs(basisPoints) / 100).toFixed(digits)} %`);
}

export function count(value) {
  return value === null || value === undefined ? 'unknown' : value.toLocaleString('en-US');
}

export function micros(us) {
  if (us === null || us === undefined) return '–';
  if (us < 1000) return `${us.toFixed(us < 100 ? 1 : 0)} µs`;
  if (us < 1e6) return `${(us / 1000).toFixed(us < 1e5 ? 2 : 0)} ms`;
  return `${(us / 1e6).toFixed(2)} s`;
}

export function seconds(s) {
  if (s === null || s === undefined) return 'unknown';
  const rounded = Math.max(0, Math.round(s));
  if (rounded < 120) return `${rounded} s`;
  if (rounded < 7200) return `${Math.floor(rounded / 60)} min ${String(rounded % 60).padStart(2, '0')} s`;
  return `${Math.floor(rounded / 3600)} h ${String(Math.floor((rounded % 3600) / 60)).padStart(2, '0')} min`;
}

// Logs, journals and daily limits are in UTC, and so is this page.
export function clock(ms) {
  return `${new Date(ms).toISOString().slice(11, 19)} UTC`;
}

export function date(ms) {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function shortKey(key) {
  return key.length <= 12 ? key : `${key.slice(0, 5)}…${key.slice(-4)}`;
}

export function words(name) {
  return name.replaceAll('_', ' ').toLowerCase();
}
