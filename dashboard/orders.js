// SPDX-License-Identifier: MIT
// The newest orders, each with the moments of its way.
import { byId, element, list, setText, Table } from './dom.js';
import { clock, count, leaning, micros, shortKey, signed, sol, words } from './format.js';

let table;
let isAll = false;
let newest = null;

const fewMost = 10;
const outcomeKinds = { landed: 'gain', reverted: 'loss', rejected: 'loss', expired: 'loss', unknown: 'warn' };

function timeline(order) {
  let before = null;
  const items = order.stages.map(({ name, at_us: at }) => {
    const step = before === null ? '' : ` (+${micros(at - before)})`;
    before = at;
    return element('li', {}, element('span', { class: 'dim' }, `${words(name)} `), `${micros(at)}${step}`);
  });
  const facts = [];
  if (order.signature) facts.push(`signature ${order.signature}`);
  if (order.slot) facts.push(`slot ${count(order.slot)}`);
  if (order.mint) facts.push(`token ${order.mint}`);
  if (order.error) facts.push(`error: ${order.error}`);
  return element('div', {}, element('ol', { class: 'timeline', 'aria-label': 'since the frame that it was decided on' }, ...items),
    list('mono dim', facts));
}

export function startOrders() {
  table = new Table(byId('orders'), {
    caption: 'Newest orders, the newest first',
    empty: 'No order yet.',
    moreLabel: 'Timeline',
    columns: [
      { label: 'Order', isNumber: true }, { label: 'Decided' }, { label: 'What' }, { label: 'Outcome' },
      { label: 'To send', isNumber: true }, { label: 'To outcome', isNumber: true }, { label: 'Wallet', isNumber: true },
    ],
  });
  byId('orders-all').addEventListener('click', () => {
    isAll = !isAll;
    if (newest) showOrders(newest);
  });
}

function at(order, name) {
  return order.stages.find((stage) => stage.name === name)?.at_us ?? null;
}

export function showOrders(told) {
  newest = told;
  const { shown } = told.orders;
  const { orders } = told.report;
  const more = byId('orders-all');
  more.hidden = shown.length <= fewMost;
  more.setAttribute('aria-expanded', String(isAll));
  setText(more, isAll ? `Show ${fewMost}` : `Show all ${shown.length}`);
  setText(byId('orders-note'),
    `${count(orders.submitted)} approved, ${count(orders.landed)} landed, ${count(orders.reverted)} reverted, ` +
    `${count(orders.rejected)} rejected, ${count(orders.expired)} expired, ${count(orders.unknown)} unknown. ` +
    `The newest ${shown.length} are kept here.`);
  table.show((isAll ? shown : shown.slice(0, fewMost)).map((order) => {
    const reason = order.exit_reason === 'none' ? '' : ` (${words(order.exit_reason)})`;
    const moved = order.wallet_lamports;
    const final = order.is_final ? ', final' : '';
    return {
      key: order.intent,
      name: `order ${order.intent}`,
      cells: [
        order.intent,
        order.decided_at_ms === null ? 'unknown' : clock(order.decided_at_ms),
        `${order.strategy} ${order.kind}${reason} ${shortKey(order.mint)}`,
        { text: words(order.outcome) + final, class: outcomeKinds[order.outcome] ?? 'dim' },
        micros(at(order, 'sent')),
        micros(at(order, 'settled')),
        moved === null ? '–' : { text: signed(sol(moved), moved), class: leaning(moved) },
      ],
      more: () => timeline(order),
    };
  }));
}
