// SPDX-License-Identifier: MIT
// Where the time of an order goes.
import { byId, setText, Table } from './dom.js';
import { count, micros, words } from './format.js';

let table;

export function startLatency() {
  table = new Table(byId('latency'), {
    caption: 'Latency of each stage',
    empty: 'No order was sent yet.',
    columns: [
      { label: 'Stage' }, { label: 'p50', isNumber: true }, { label: 'p90', isNumber: true },
      { label: 'p99', isNumber: true }, { label: 'Longest', isNumber: true }, { label: 'Orders', isNumber: true },
    ],
  });
}

export function showLatency(told) {
  setText(byId('latency-note'), told.run.is_virtual_time
    ? 'Not measured: this run has virtual time.'
    : 'Of orders that were sent, from the frame that decided them.');
  table.show(told.stages.filter((stage) => stage.count > 0).map((stage) => ({
    key: stage.name,
    cells: [words(stage.name), micros(stage.p50_us), micros(stage.p90_us), micros(stage.p99_us),
      micros(stage.max_us), count(stage.count)],
  })));
}
