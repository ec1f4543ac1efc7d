// SPDX-License-Identifier: Apache-2.0

export interface Place {
  readonly current: number;
  readonly count: number;
  /** Rows that can be seen at once. */
  readonly page: number;
}

type Stroke = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** The row that a key leads to; null when the key is not for the list. */
export function stepOf(stroke: Stroke, { current, count, page }: Place): number | null {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey || stroke.shiftKey) return null;
  const within = (row: number) => Math.min(count - 1, Math.max(0, row));
  switch (stroke.key) {
    case 'ArrowDown':
      return within(current + 1);
    case 'ArrowUp':
      return within(current - 1);
    case 'PageDown':
      return within(current + Math.max(1, page - 1));
    case 'PageUp':
      return within(current - Math.max(1, page - 1));
    case 'Home':
      return 0;
    case 'End':
      return within(count);
    default:
      return null;
  }
}
