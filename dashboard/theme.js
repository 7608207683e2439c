// SPDX-License-Identifier: MIT
// Dark or light: as the system has it, or as it was chosen here.
import { byId, setText } from './dom.js';

const key = 'sniperforge.theme';
const choices = ['system', 'dark', 'light'];
const system = matchMedia('(prefers-color-scheme: light)');
const listeners = [];
let chosen = 'system';

function apply() {
  const isLight = chosen === 'light' || (chosen === 'system' && system.matches);
  document.documentElement.dataset.theme = isLight ? 'light' : 'dark';
  setText(byId('theme'), `Theme: ${chosen}`);
  listeners.forEach((listener) => listener());
}

export function onTheme(listener) {
  listeners.push(listener);
}

export function startTheme() {
  const kept = localStorage.getItem(key);
  if (choices.includes(kept)) chosen = kept;
  system.addEventListener('change', apply);
  byId('theme').addEventListener('click', () => {
    chosen = choices[(choices.indexOf(chosen) + 1) % choices.length];
    localStorage.setItem(key, chosen);
    apply();
  });
  apply();
}
