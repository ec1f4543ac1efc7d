// SPDX-License-Identifier: Apache-2.0
import type { TFunction } from 'i18next';

/** `0:07`, `12:34`, `1:02:03`: whole seconds, rounded down, as a telephone counts. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const head = hours > 0 ? `${hours}:${two(minutes)}` : String(minutes);
  return `${head}:${two(seconds % 60)}`;
}

/** "3 minutes 12 seconds", as one says it; '' of nothing at all. */
export function spokenDuration(milliseconds: number, t: TFunction): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (milliseconds <= 0) return '';
  const parts = [
    [Math.floor(seconds / 3600), 'hours'],
    [Math.floor(seconds / 60) % 60, 'minutes'],
    [seconds % 60, 'seconds'],
  ] as const;
  const said = parts.filter(([count]) => count > 0);
  return (said.length > 0 ? said : [[0, 'seconds'] as const])
    .map(([count, unit]) => t(`spoken.${unit}`, { count }))
    .join(' ');
}
