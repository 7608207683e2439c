// SPDX-License-Identifier: MIT
// What a glance must tell: which money, which state, how much.
import { byId, element, setText } from './dom.js';
import { clock, count, date, leaning, micros, seconds, signed, sol, usd, words } from './format.js';

const stamps = {
  sim: 'SIM · simulated cluster, no real money',
  test: 'TEST · a chain whose money is worth nothing',
  paper: 'PAPER · the live market, fills are simulated',
  live: 'LIVE · REAL MONEY',
};

function tile(label, value, { kind = '', note = '' } = {}) {
  return element('div', {}, element('dt', {}, label), element('dd', { class: kind }, value),
    element('dd', { class: 'small' }, note));
}

function showStanding(standing) {
  byId('standing').replaceChildren(...standing.map((each) => {
    const by = each.by ? ` by ${each.by}` : '';
    const reason = each.reason ? ` (“${each.reason}”)` : '';
    const figures = each.figures ? `: ${each.figures}` : '';
    const ending = each.ends_with ? ` Ends with ${each.ends_with}.` : '';
    return element('li', {}, element('strong', {}, each.text), `${each.since ? ` since ${each.since}` : ''}${by}${reason}${figures}.${ending}`);
  }));
}

export function showOverview(told) {
  const { run, equity, report } = told;
  const stamp = byId('stamp');
  stamp.dataset.provenance = run.provenance;
  const compressed = run.time_compression === 1 ? '' : `, rates ×${run.time_compression}`;
  const scenario = run.scenario ? ` · ${run.scenario}${compressed}` : '';
  setText(stamp, (stamps[run.provenance] ?? `UNKNOWN MONEY: ${run.provenance}`) + scenario);
  setText(byId('state'), `${told.state.trading_state}: ${told.state.phase}`);
  showStanding(told.state.standing);

  const price = Number(equity.sol_price_usd);
  const money = (lamports) => [sol(lamports), { note: usd(lamports, price) }];
  const result = (lamports) => [
    signed(sol(lamports), lamports), { kind: leaning(lamports), note: usd(lamports, price) }];
  const latency = report.tick_to_send_us;
  byId('tiles').replaceChildren(
    tile('Equity at liquidation', ...money(equity.lamports)),
    tile('Realized', ...result(equity.pnl_realized_lamports)),
    tile('Unrealized', ...result(equity.pnl_unrealized_lamports)),
    tile('Today (UTC)', ...result(equity.pnl_today_lamports)),
    tile('Below the peak', ...money(equity.drawdown_lamports)),
    tile('Wallet', ...money(equity.wallet_lamports)),
    tile('Positions open', count(told.positions.total), { note: `at most ${report.positions.open_max} at once` }),
    tile('Orders in flight', count(report.orders.in_flight), {
      note: `${count(report.orders.landed)} landed, ${count(report.orders.reverted)} reverted` }),
    tile('Tick to send, p50', micros(latency.p50), { note: `p99 ${micros(latency.p99)}, n=${count(latency.count)}` }),
    tile('SOL', price ? `$${price.toFixed(2)}` : 'price unknown', { note: 'by the pools' }),
    tile('Slot', count(told.slot), { note: told.feed.slot_time_ms ? `${told.feed.slot_time_ms} ms each` : '' }),
    tile('Running', seconds(run.uptime_s), { note: `since ${date(run.started_at_ms)}` }));
}

export function showBuild(told) {
  setText(byId('build'), `sniperforge ${told.build.id} · figures of ${clock(told.taken_at_ms)}`);
}

export function titleOf(told, isStale) {
  const { provenance } = told.run;
  return `${isStale ? 'STALE · ' : ''}${provenance.toUpperCase()} · ${words(told.state.phase)} · SniperForge`;
}
