// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from 'react';
import { isKey } from '../shared/keys';
import { isTyping } from '../shared/is_typing';

export interface Commands {
  readonly find: () => void;
  readonly answer: () => void;
  readonly decline: () => void;
  readonly mute: () => void;
  readonly hold: () => void;
  readonly swap: () => void;
  readonly camera: () => void;
  readonly keypad: () => void;
  readonly transfer: () => void;
  readonly hangUp: () => void;
  readonly silence: () => void;
  readonly sheet: () => void;
  readonly key: (key: string) => void;
}

const single = new Map<string, keyof Commands>([
  ['a', 'answer'],
  ['m', 'mute'],
  ['h', 'hold'],
  ['s', 'swap'],
  ['v', 'camera'],
  ['d', 'keypad'],
  ['t', 'transfer'],
  ['?', 'sheet'],
]);

/** With Ctrl and Shift, also while typing. */
const always = new Map<string, keyof Commands>([
  ['a', 'answer'],
  ['d', 'decline'],
  ['l', 'hangUp'],
]);

/** What would do something in the browser too, or be typed into the field that opens. */
const isTaken = (stroke: Stroke, command: keyof Commands): boolean =>
  stroke.ctrlKey || stroke.metaKey || command === 'transfer';

export type Stroke = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/**
 * What a key means: Ctrl-K and those with Ctrl-Shift always, the single keys never while typing and never
 * with a modifier, so that no shortcut of the browser or of a screen reader is taken.
 */
export function commandOf(stroke: Stroke, typing: boolean): keyof Commands | null {
  const key = stroke.key.toLowerCase();
  if (stroke.ctrlKey || stroke.metaKey) {
    if (stroke.altKey) return null;
    if (key === 'k' && !stroke.shiftKey) return 'find';
    return stroke.shiftKey ? (always.get(key) ?? null) : null;
  }
  if (stroke.altKey) return null;
  if (key === 'escape') return 'silence';
  if (typing) return null;
  return single.get(key) ?? (isKey(key) ? 'key' : null);
}

export function useShortcuts(commands: Commands): void {
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.repeat) return;
      const command = commandOf(event, isTyping());
      if (command === null) return;
      if (isTaken(event, command)) event.preventDefault();
      latest.current[command](event.key);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
