// SPDX-License-Identifier: Apache-2.0
import classes from './avatar.module.css';
import { plainName } from './plain_name';

const hues = 8;

/** Up to two initials, of the name without its titles; a number or a service code keeps its first characters. */
export function initialsOf(name: string): string {
  const words = plainName(name)
    .split(/\s+/)
    .filter((word) => /\p{L}/u.test(word));
  if (words.length === 0) return name.trim().slice(0, 3);
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return [first, last]
    .map((word) => Array.from(word ?? '')[0] ?? '')
    .join('')
    .toUpperCase();
}

function hueOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % hues;
}

interface Properties {
  readonly name: string;
  readonly size?: 'small' | 'medium' | 'large';
  /** Draws the soft rings of a call that is being set up. */
  readonly pulsing?: boolean;
}

/** A person as a coloured circle. The name always stands beside it. */
export function Avatar({ name, size = 'small', pulsing = false }: Properties) {
  return (
    <span
      className={classes.avatar}
      data-size={size}
      data-hue={hueOf(name)}
      data-pulsing={pulsing || undefined}
      aria-hidden="true"
    >
      {initialsOf(name)}
    </span>
  );
}
