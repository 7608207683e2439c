// SPDX-License-Identifier: MIT
// The way to the daemon: the token, the stream, and how old what it told is. It goes on trying until
// the token is refused.
import { readEvents } from './event_stream.js';

export const protocol = 1;
const tokenKey = 'sniperforge.token';
const waitFirstMs = 500;
const waitMostMs = 15_000;
// The daemon tells its state once a second. Four that did not come are no hiccup.
export const staleAfterMs = 5_000;
// The daemon writes something every five seconds, if only a comment: so long without is no stream.
const silentAfterMs = 20_000;

export function token() {
  return sessionStorage.getItem(tokenKey);
}
export function keepToken(value) {
  sessionStorage.setItem(tokenKey, value);
}
export function forgetToken() {
  sessionStorage.removeItem(tokenKey);
}

export async function get(path, options = {}) {
  return fetch(path, {
    ...options,
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
    headers: { Authorization: `Bearer ${token()}`, ...options.headers },
  });
}

// Events: onDocument(document), onHistory(history), onState(text), onRefused(text).
export class Connection {
  constructor(events) {
    this.events = events;
    this.wait = waitFirstMs;
    this.abort = null;
    this.timer = 0;
    this.heardAt = 0; // performance.now() when the newest document was true,
    this.heardClock = 0; // and what the daemon's clock was then.
    this.bytesAt = 0; // performance.now() of the newest bytes.
  }

  // How long ago the newest document was true; infinite before the first.
  ageMs() {
    return this.heardAt === 0 ? Infinity : performance.now() - this.heardAt;
  }

  start() {
    this.stop();
    this.run();
  }

  // Now and then: a connection that is half open never ends by itself.
  watch() {
    if (this.abort && performance.now() - this.bytesAt > silentAfterMs) {
      this.abort.abort(new Error(`nothing came for ${silentAfterMs / 1000} s`));
    }
  }

  stop() {
    clearTimeout(this.timer);
    const abort = this.abort;
    this.abort = null; // First: who is aborted then does not try again.
    abort?.abort();
  }

  async run() {
    const abort = new AbortController();
    this.abort = abort;
    this.bytesAt = performance.now();
    this.events.onState('connecting');
    let why = 'the stream ended';
    try {
      const history = await get('/api/history', { signal: abort.signal });
      if (!this.accepted(history)) return;
      this.events.onHistory(await history.json());
      const stream = await get('/api/events', {
        signal: abort.signal,
        headers: { Accept: 'text/event-stream' },
      });
      if (!this.accepted(stream)) return;
      this.events.onState('connected');
      await readEvents(stream.body, (event) => this.take(event), () => {
        this.bytesAt = performance.now();
      });
    } catch (error) {
      why = error instanceof TypeError ? 'the daemon does not answer' : error.message;
    }
    if (this.abort !== abort) return;
    abort.abort();
    this.abort = null;
    this.again(why);
  }

  accepted(response) {
    if (response.ok) return true;
    if (response.status === 401 || response.status === 403) {
      this.stop();
      this.events.onRefused('The daemon refuses this token.');
      return false;
    }
    throw new Error(`the daemon answers ${response.status}`);
  }

  take({ event, data }) {
    if (event !== 'state') return;
    const told = JSON.parse(data);
    if (told.protocol !== protocol) {
      throw new Error(`the daemon speaks protocol ${told.protocol}, this page ${protocol}: reload it`);
    }
    this.wait = waitFirstMs;
    this.heardAt = performance.now() - told.age_ms;
    this.heardClock = told.taken_at_ms;
    this.events.onDocument(told);
  }

  // Longer each time, and not all pages of a daemon that comes back at once.
  again(why) {
    const wait = this.wait * (0.75 + Math.random() / 2);
    this.wait = Math.min(this.wait * 2, waitMostMs);
    this.events.onState(`${why}; trying again in ${(wait / 1000).toFixed(1)} s`);
    this.timer = setTimeout(() => this.run(), wait);
  }
}
