// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { commandOf, type Stroke } from './shortcuts';

const stroke = (key: string, modifiers: Partial<Stroke> = {}): Stroke => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...modifiers,
});

test.each([
  [stroke('m'), 'mute'],
  [stroke('h'), 'hold'],
  [stroke('S'), 'swap'],
  [stroke('a'), 'answer'],
  [stroke('D'), 'keypad'],
  [stroke('t'), 'transfer'],
  [stroke('?', { shiftKey: true }), 'sheet'],
  [stroke('Escape'), 'silence'],
  [stroke('k', { ctrlKey: true }), 'find'],
  [stroke('k', { metaKey: true }), 'find'],
  [stroke('L', { ctrlKey: true, shiftKey: true }), 'hangUp'],
  [stroke('A', { ctrlKey: true, shiftKey: true }), 'answer'],
  [stroke('D', { metaKey: true, shiftKey: true }), 'decline'],
  [stroke('7'), 'key'],
  [stroke('#', { shiftKey: true }), 'key'],
])('%o means %s', (pressed, command) => {
  expect(commandOf(pressed, false)).toBe(command);
});

test('while typing only the keys with Ctrl, and Escape, are ours', () => {
  for (const key of ['a', 'm', 'h', 's', 'd', 't', '?', '7', '#'])
    expect(commandOf(stroke(key), true)).toBeNull();
  expect(commandOf(stroke('k', { ctrlKey: true }), true)).toBe('find');
  expect(commandOf(stroke('Escape'), true)).toBe('silence');
  const both = { ctrlKey: true, shiftKey: true };
  expect(commandOf(stroke('A', both), true)).toBe('answer');
  expect(commandOf(stroke('D', both), true)).toBe('decline');
});

test('single keys with a modifier belong to the browser', () => {
  expect(commandOf(stroke('m', { ctrlKey: true }), false)).toBeNull();
  expect(commandOf(stroke('d', { altKey: true }), false)).toBeNull();
  expect(commandOf(stroke('l', { ctrlKey: true }), false)).toBeNull();
  expect(commandOf(stroke('a', { ctrlKey: true }), false)).toBeNull();
});
