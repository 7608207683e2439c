// SPDX-License-Identifier: MIT
// The only way that anything gets into the page: text as text nodes, never as markup.

export function byId(id) {
  return document.getElementById(id);
}

// element('td', {class: 'number', 'data-label': 'Cost'}, 'text', otherElement)
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== '') made.setAttribute(key, value);
  }
  made.append(...children.map((child) => child ?? ''));
  return made;
}

export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

function fill(cell, content) {
  if (content instanceof Node) {
    cell.replaceChildren(content);
  } else {
    setText(cell, String(content ?? ''));
  }
}

function classOf(column, value) {
  return [column.isNumber ? 'number' : '', value?.class ?? ''].filter(Boolean).join(' ');
}

// A table whose rows keep their identity, so that focus and what is open survive the next second.
// Columns: {label, isNumber}. Rows: {key, cells: [text | {text | node, class, title}], more?}; `more`
// makes what the row opens, and is asked only while it is open.
export class Table {
  constructor(host, { caption, columns, empty, moreLabel }) {
    this.columns = columns;
    this.empty = empty;
    this.moreLabel = moreLabel;
    this.groups = new Map();
    this.opened = new Set();
    this.nothing = element('p', { class: 'dim' }, empty);
    // Roles by name: as cards on a phone the elements are no table any more.
    this.table = element('table', { role: 'table' }, element('caption', { class: 'visually-hidden' }, caption));
    const heads = columns.map(({ label, isNumber }) =>
      element('th', { scope: 'col', role: 'columnheader', class: isNumber ? 'number' : '' }, label));
    if (moreLabel) heads.push(element('th', { scope: 'col', role: 'columnheader' }, moreLabel));
    this.table.append(element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...heads)));
    host.replaceChildren(this.nothing, this.table);
  }

  show(rows) {
    this.nothing.hidden = rows.length > 0;
    this.table.hidden = rows.length === 0;
    const wanted = new Set(rows.map((row) => String(row.key)));
    for (const [key, group] of this.groups) {
      if (!wanted.has(key)) {
        group.body.remove();
        this.groups.delete(key);
        this.opened.delete(key);
      }
    }
    let before = this.table.tHead;
    for (const row of rows) {
      const key = String(row.key);
      const group = this.groups.get(key) ?? this.make(key);
      this.update(key, group, row);
      if (before.nextSibling !== group.body) before.after(group.body);
      before = group.body;
    }
  }

  make(key) {
    const cells = this.columns.map(({ label }) => element('td', { role: 'cell', 'data-label': label }));
    const first = element('tr', { role: 'row' }, ...cells);
    const body = element('tbody', { role: 'rowgroup' }, first);
    const group = { body, cells };
    if (this.moreLabel) {
      group.button = element('button', { type: 'button', 'aria-expanded': 'false' }, 'show');
      group.button.addEventListener('click', () => {
        if (!this.opened.delete(key)) this.opened.add(key);
        this.showMore(key, group);
      });
      first.append(element('td', { role: 'cell', 'data-label': this.moreLabel }, group.button));
      group.moreCell = element('td', { role: 'cell', class: 'full', colspan: String(this.columns.length + 1) });
      group.moreRow = element('tr', { role: 'row' }, group.moreCell);
    }
    this.groups.set(key, group);
    return group;
  }

  update(key, group, row) {
    this.columns.forEach((column, index) => {
      const value = row.cells[index];
      const isPlain = value === null || value === undefined || typeof value !== 'object';
      const cell = group.cells[index];
      cell.className = classOf(column, isPlain ? undefined : value);
      if (!isPlain && value.title) cell.title = value.title;
      fill(cell, isPlain ? value : value.node ?? value.text);
    });
    if (group.button) {
      group.more = row.more;
      group.button.setAttribute('aria-label', `${this.moreLabel} of ${row.name ?? key}`);
      this.showMore(key, group);
    }
  }

  showMore(key, group) {
    const isOpen = this.opened.has(key);
    setText(group.button, isOpen ? 'hide' : 'show');
    group.button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) {
      group.moreCell.replaceChildren(group.more());
      group.body.append(group.moreRow);
    } else {
      group.moreRow.remove();
    }
  }
}

export function list(className, items) {
  return element('ul', { class: className }, ...items.map((item) => element('li', {}, item)));
}

// Share from 0 to 1 of something that is said in words beside it.
export function bar(share, state) {
  const inner = element('div');
  inner.style.width = `${Math.min(100, Math.max(0, share * 100)).toFixed(1)}%`;
  return element('div', { class: `bar ${state ?? ''}`.trim(), 'aria-hidden': 'true' }, inner);
}
