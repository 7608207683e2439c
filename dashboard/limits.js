// SPDX-License-Identifier: MIT
// Every limit: how much of it is used, and what is left.
import { bar, byId, element, Table } from './dom.js';
import { count, percent, seconds, sol, usd, words } from './format.js';

let table;
const nearFrom = 0.8;

function amount(limit, value, price) {
  switch (limit.unit) {
    case 'lamports': return `${sol(value)} (${usd(value, price)})`;
    case 'seconds': return seconds(value);
    case 'basis_points': return percent(value);
    default: return count(value);
  }
}

export function startLimits() {
  table = new Table(byId('limits'), {
    caption: 'Limits and what is left of them',
    empty: 'No limits are known.',
    columns: [{ label: 'Limit' }, { label: 'Used' }, { label: 'Of' }, { label: 'Left' }],
  });
}

function used(limit, price) {
  if (limit.value === null) return { text: 'asked of each order', class: 'dim' };
  const share = limit.share;
  const state = limit.is_reached ? 'reached' : share >= nearFrom ? 'near' : '';
  const word = limit.is_reached ? ': reached' : state === 'near' ? ': near' : '';
  const text = limit.is_floor ? amount(limit, limit.value, price)
    : `${amount(limit, limit.value, price)}, ${(share * 100).toFixed(0)} %${word}`;
  return {
    node: element('div', {}, element('span', { class: limit.is_reached ? 'loss' : state === 'near' ? 'warn' : '' },
      limit.is_floor && limit.is_reached ? `${text}: reached` : text), bar(share, state)),
  };
}

export function showLimits(told) {
  const price = Number(told.equity.sol_price_usd);
  table.show(told.limits.map((limit) => ({
    key: `${limit.name} ${limit.of}`,
    cells: [
      { node: element('span', { class: 'mono' }, limit.of ? `${limit.name} (${words(limit.of)})` : limit.name), title: `denies with ${limit.code}` },
      used(limit, price),
      limit.limit === null ? 'unknown: no price of a SOL' : `${limit.is_floor ? 'at least ' : ''}${amount(limit, limit.limit, price)}`,
      limit.left === null ? '–' : amount(limit, limit.left, price),
    ],
  })));
}
