// SPDX-License-Identifier: MIT
// The page: asks for the token, listens, and says how old what it shows is.
import { startCharts, takeHistory, takePoint } from './charts.js';
import { Connection, forgetToken, keepToken, staleAfterMs, token } from './connection.js';
import { showControls, startControls } from './controls.js';
import { byId, setText } from './dom.js';
import { clock, seconds } from './format.js';
import { showLatency, startLatency } from './latency.js';
import { showLedger, startLedger } from './ledger.js';
import { showLimits, startLimits } from './limits.js';
import { showNetwork, startNetwork } from './network.js';
import { showOrders, startOrders } from './orders.js';
import { showBuild, showOverview, titleOf } from './overview.js';
import { showPositions, startPositions } from './positions.js';
import { startTheme } from './theme.js';

let newest = null;
let link = 'not connected';

function show(told) {
  newest = told;
  byId('main').hidden = false;
  showOverview(told);
  showPositions(told);
  showOrders(told);
  showLimits(told);
  showLatency(told);
  showNetwork(told);
  showLedger(told);
  showControls(told);
  showBuild(told);
  void startCharts(told.build.has_charts);
  takePoint(told);
  age();
}

// Once a second: numbers that are not new say so, in words and over all of the page. What changes
// each second is in no live region, which would be read out each time.
function age() {
  setText(byId('connection'), link);
  if (!newest) {
    setText(byId('age'), '');
    return;
  }
  const old = connection.ageMs();
  const isStale = old > staleAfterMs;
  document.body.classList.toggle('is-stale', isStale);
  const banner = byId('stale');
  banner.hidden = !isStale;
  const since = clock(connection.heardClock);
  if (isStale) setText(banner, `STALE since ${since}: these figures are old.`);
  setText(byId('age'), isStale ? `stale for ${seconds(old / 1000)}` : `figures of ${since}`);
  document.title = titleOf(newest, isStale);
}

function askForToken(problem = '') {
  connection.stop();
  newest = null;
  byId('main').hidden = true;
  byId('stale').hidden = true;
  byId('forget').hidden = true;
  document.body.classList.remove('is-stale');
  document.title = 'SniperForge';
  setText(byId('stamp'), '…');
  setText(byId('state'), '');
  delete byId('stamp').dataset.provenance;
  link = 'not connected';
  age();
  byId('sign-in').hidden = false;
  setText(byId('sign-in-problem'), problem);
  byId('token').focus();
}

function listen() {
  byId('sign-in').hidden = true;
  byId('forget').hidden = false;
  connection.start();
}

const connection = new Connection({
  onDocument: show,
  onHistory: takeHistory,
  onState(text) {
    link = text;
    age();
  },
  onRefused(text) {
    forgetToken();
    askForToken(text);
  },
});

startTheme();
startPositions();
startOrders();
startLimits();
startLatency();
startNetwork();
startLedger();
startControls();
byId('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  keepToken(byId('token').value.trim());
  byId('token').value = '';
  listen();
});
byId('forget').addEventListener('click', () => {
  forgetToken();
  askForToken();
});
setInterval(() => {
  connection.watch();
  age();
}, 1_000);
if (token()) {
  listen();
} else {
  askForToken();
}
