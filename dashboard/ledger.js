// SPDX-License-Identifier: MIT
// Why orders were denied, what trading cost, and what the log warned of.
import { bar, byId, element, setText, Table } from './dom.js';
import { clock, count, sol, usd, words } from './format.js';

let denials;
let costs;

export function startLedger() {
  denials = new Table(byId('denials'), {
    caption: 'Denials by reason',
    empty: 'Nothing was denied.',
    columns: [{ label: 'Reason' }, { label: 'Times', isNumber: true }, { label: 'Share' }],
  });
  costs = new Table(byId('costs'), {
    caption: 'Costs',
    empty: 'Nothing was paid yet.',
    columns: [{ label: 'Cost' }, { label: 'SOL', isNumber: true }, { label: 'USD', isNumber: true }],
  });
}

export function showLedger(told) {
  const { report } = told;
  const entries = Object.entries(report.denials).sort((a, b) => b[1] - a[1]);
  const total = entries.reduce((sum, [, times]) => sum + times, 0);
  setText(byId('denials-note'), `${count(total)} intents were denied by the gate.`);
  denials.show(entries.map(([code, times]) => ({
    key: code,
    cells: [{ node: element('span', { class: 'mono' }, code) }, count(times), { node: bar(times / total) }],
  })));

  const price = Number(told.equity.sol_price_usd);
  const names = ['base_fee', 'priority_fee', 'tip', 'rent', 'amm_fee', 'transfer_fee', 'rent_of_others', 'unexplained'];
  costs.show(names.map((name) => ({
    key: name,
    cells: [words(name), sol(report.costs_lamports[name]), usd(report.costs_lamports[name], price)],
  })));

  const lines = [...told.warnings].reverse();
  byId('warnings').replaceChildren(...(lines.length === 0 ? [element('li', { class: 'dim' }, 'None.')] : lines.map((line) =>
    element('li', {}, element('span', { class: 'dim' }, `${clock(line.at_ms)} `),
      element('strong', { class: line.level === 'error' ? 'loss' : 'warn' }, line.level), ` ${line.component}: ${line.text}`))));
}
