// SPDX-License-Identifier: MIT
// What we hear from and ask, and how well that goes.
import { byId, setText, Table } from './dom.js';
import { count, micros, seconds, sol } from './format.js';

let sockets;
let endpoints;
let lanes;

export function startNetwork() {
  sockets = new Table(byId('sockets'), {
    caption: 'Sockets of the feed',
    empty: 'No socket is configured.',
    columns: [
      { label: 'Socket' }, { label: 'State' }, { label: 'Slots behind', isNumber: true },
      { label: 'Accounts', isNumber: true }, { label: 'Heard', isNumber: true }, { label: 'Losses', isNumber: true },
    ],
  });
  endpoints = new Table(byId('endpoints'), {
    caption: 'RPC endpoints',
    empty: 'No endpoint was asked yet.',
    columns: [
      { label: 'Endpoint' }, { label: 'Health' }, { label: 'Slots behind', isNumber: true },
      { label: 'p50', isNumber: true }, { label: 'p95', isNumber: true }, { label: 'Requests', isNumber: true },
      { label: 'Failures', isNumber: true }, { label: 'Limited', isNumber: true }, { label: 'Credits left', isNumber: true },
    ],
  });
  lanes = new Table(byId('lanes'), {
    caption: 'Lanes',
    empty: 'None is configured: orders go to the nodes.',
    columns: [
      { label: 'Lane' }, { label: 'State' }, { label: 'Sent', isNumber: true }, { label: 'Accepted', isNumber: true },
      { label: 'Refused', isNumber: true }, { label: 'Failed', isNumber: true }, { label: 'Tip', isNumber: true },
    ],
  });
}

function healthOf(endpoint) {
  if (endpoint.open) return { text: 'unreachable', class: 'loss' };
  if (endpoint.lagging) return { text: 'lagging', class: 'warn' };
  const open = endpoint.methods.filter((method) => method.open).map((method) => method.name);
  if (open.length > 0) return { text: `not asked for ${open.join(', ')}`, class: 'warn' };
  return endpoint.healthy ? { text: 'healthy', class: 'gain' } : { text: 'paused', class: 'warn' };
}

export function showNetwork(told) {
  const { feed } = told;
  setText(byId('network-note'),
    `${told.state.is_blind ? 'The feed is BLIND. ' : ''}${count(feed.accounts.watched)} accounts watched, ` +
    `${count(feed.accounts.blind)} of them not heard; ${count(feed.times_lost)} times lost, ${seconds(feed.time_blind_s)} blind.`);
  sockets.show(feed.sockets.map((each) => ({
    key: each.name,
    cells: [each.name, { text: each.state, class: each.state === 'live' ? 'gain' : 'warn' }, count(each.slot_lag),
      count(each.accounts), count(each.notifications), count(each.losses)],
  })));
  endpoints.show(told.endpoints.map((each) => ({
    key: each.name,
    cells: [`${each.name} (${each.role})`, healthOf(each), count(each.slot_lag), micros(each.latency_us.p50),
      micros(each.latency_us.p95), count(each.requests), count(each.failures), count(each.rate_limited),
      each.credits_left === null ? 'not billed' : count(Math.floor(each.credits_left))],
  })));
  lanes.show(told.lanes.map((each) => ({
    key: each.name,
    cells: [each.name, { text: each.resting ? 'resting' : 'ready', class: each.resting ? 'warn' : 'gain' },
      count(each.sent), count(each.accepted), count(each.refused), count(each.failed), sol(each.tip_lamports)],
  })));
}
