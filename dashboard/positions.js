// SPDX-License-Identifier: MIT
// What is held, what it would sell for now, and how far each exit is.
import { byId, element, list, setText, Table } from './dom.js';
import { count, leaning, percent, seconds, shortKey, signed, sol, usd, words } from './format.js';

let table;

function distance(exit, value) {
  if (value === null) return 'value unknown';
  const bps = value === 0 ? null : ((exit.at_lamports - value) / value) * 10_000;
  return bps === null ? `at ${sol(exit.at_lamports)}` : `${signed(percent(bps), bps)} from now`;
}

function exitText(exit, position) {
  const name = words(exit.reason);
  const value = position.value_lamports;
  if (exit.reason === 'take_profit') {
    const goal = `${name} at +${percent(exit.gain_bps)}, keeps ${exit.percent_kept} %`;
    return exit.is_taken ? `${goal}: taken` : `${goal}: ${distance(exit, value)}`;
  }
  if (exit.in_s !== undefined) return `${name}: in ${seconds(exit.in_s)}`;
  if (exit.is_armed) return `${name} at ${sol(exit.at_lamports)}: ${distance(exit, value)}`;
  return `${name}: arms at ${sol(exit.at_lamports)}, ${distance(exit, value)}`;
}

function notes(position) {
  const said = [];
  if (position.is_exit_in_flight) said.push('an exit is on its way');
  if (position.is_kept) said.push('kept: signer.tokens_kept');
  if (position.missing !== '0') said.push(`${position.missing} base units missing on the chain`);
  if (!position.is_heard) said.push('its pool is not heard');
  return said;
}

export function startPositions() {
  table = new Table(byId('positions'), {
    caption: 'Open positions',
    empty: 'Nothing is held.',
    columns: [
      { label: 'Token' }, { label: 'Strategy' }, { label: 'Value', isNumber: true },
      { label: 'Cost', isNumber: true }, { label: 'Result', isNumber: true }, { label: 'Age', isNumber: true },
      { label: 'Exits' },
    ],
  });
}

export function showPositions(told) {
  const { total, shown } = told.positions;
  const price = Number(told.equity.sol_price_usd);
  setText(byId('positions-note'), total > shown.length ? `${shown.length} of ${total}; status has all` : '');
  table.show(shown.map((each) => {
    const value = each.value_lamports;
    const gain = value === null ? null : value - each.cost_lamports;
    const share = gain === null || each.cost_lamports === 0 ? '' : ` (${signed(percent((gain / each.cost_lamports) * 10_000), gain)})`;
    const exits = element('div', { class: 'exits' }, ...each.exits.map((exit) => element('span', {}, exitText(exit, each))));
    const said = notes(each);
    return {
      key: each.id,
      cells: [
        { node: element('span', { class: 'mono', title: each.mint }, shortKey(each.mint)), title: each.mint },
        `${each.strategy}, ${words(each.venue)}`,
        { text: sol(value), title: usd(value, price) },
        { text: sol(each.cost_lamports), title: usd(each.cost_lamports, price) },
        gain === null ? 'unknown' : { text: signed(sol(gain), gain) + share, class: leaning(gain), title: usd(gain, price) },
        seconds(each.age_s),
        { node: said.length > 0 ? element('div', {}, exits, list('warn', said)) : exits },
      ],
    };
  }));
  document.getElementById('positions-title').textContent = `Open positions (${count(total)})`;
}
