// SPDX-License-Identifier: MIT
// Server-sent events out of the bytes of a response. EventSource cannot send an Authorization header,
// so the stream is read by fetch.

// An event may not be larger: whoever sends more is not our daemon, or is broken.
const eventCharactersMax = 1 << 20;

// Calls onEvent({event, data, id}) for each event in the text that it is fed with, piece by piece.
export class EventParser {
  constructor(onEvent) {
    this.onEvent = onEvent;
    this.rest = '';
    this.clear();
  }

  clear() {
    this.event = 'message';
    this.data = [];
    this.id = '';
  }

  feed(text) {
    this.rest += text;
    if (this.rest.length > eventCharactersMax) throw new Error('an event of the stream is too long');
    const lines = this.rest.split('\n');
    this.rest = lines.pop();
    for (const line of lines) this.line(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  line(line) {
    if (line === '') {
      if (this.data.length > 0) this.onEvent({ event: this.event, data: this.data.join('\n'), id: this.id });
      this.clear();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return; // A comment: the stream is alive.
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.event = value;
    if (field === 'data') this.data.push(value);
    if (field === 'id') this.id = value;
  }
}

// `onBytes` is called whenever anything comes, comments too.
export async function readEvents(body, onEvent, onBytes) {
  const decoder = new TextDecoder();
  const parser = new EventParser(onEvent);
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes();
    parser.feed(decoder.decode(value, { stream: true }));
  }
}
