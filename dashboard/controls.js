// SPDX-License-Identifier: MIT
// Commands to the daemon. They need a token of their own, which is forgotten with each answer, and
// the command typed out.
import { get } from './connection.js';
import { byId, element, setText } from './dom.js';

const commands = {
  pause: 'No entries until you resume. Exits go on.',
  resume: 'Takes back a pause or a flattening: entries begin again.',
  flatten: 'Sells every open position now, whatever it is worth, and buys nothing until you resume.',
  stop: 'Ends the daemon. Positions that are open stay open, and nobody watches them.',
};

function chosen() {
  return document.querySelector('input[name="control-command"]:checked')?.value ?? '';
}

function refresh() {
  const command = chosen();
  setText(byId('control-effect'), command ? commands[command] : 'Choose a command.');
  setText(byId('control-confirm-label'), command ? `Type “${command}” to confirm` : 'Type the command to confirm');
  byId('control-send').disabled =
    command === '' || byId('control-confirm').value !== command || byId('control-token').value === '';
}

function describe(answer) {
  if (answer.problem) return `Not as wished: ${answer.problem}`;
  const standing = (answer.standing ?? []).map((each) => each.cause).join(', ');
  const state = answer.state ? `${answer.state}${standing ? `, standing: ${standing}` : ''}` : '';
  return `Done${answer.is_changed === false ? ': it was so already' : ''}. ${state}`.trim();
}

async function send(event) {
  event.preventDefault();
  const command = chosen();
  const answer = byId('control-answer');
  byId('control-send').disabled = true;
  setText(answer, `Sending ${command} …`);
  try {
    const response = await get('/api/control', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Control-Token': byId('control-token').value },
      body: JSON.stringify({ command, reason: byId('control-reason').value, confirm: byId('control-confirm').value }),
    });
    if (response.status === 401 || response.status === 403) {
      setText(answer, 'The daemon refuses this control token. Nothing was done.');
    } else if (response.headers.get('Content-Type') === 'application/json') {
      setText(answer, describe(await response.json()));
    } else {
      setText(answer, `The daemon did not take it (${response.status}): ${(await response.text()).trim()}`);
    }
  } catch (error) {
    setText(answer, `No answer came (${error.message}): whether it was done is not known. Look at the state above.`);
  }
  byId('control-token').value = '';
  byId('control-confirm').value = '';
  refresh();
}

export function startControls() {
  byId('control-commands').replaceChildren(...Object.keys(commands).map((command) =>
    element('label', {}, element('input', { type: 'radio', name: 'control-command', value: command }), command)));
  byId('control-form').addEventListener('input', refresh);
  byId('control-form').addEventListener('submit', send);
  refresh();
}

export function showControls(told) {
  byId('controls').hidden = !told.controls.is_armed;
}
