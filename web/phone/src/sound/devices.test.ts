// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { readChoice, untouched } from './choice';
import { devicesOf, pick, troubleOf, type Device } from './devices';

const input = (deviceId: string, label: string): Device => ({
  kind: 'audioinput',
  deviceId,
  label,
});
const headset = input('h', 'Headset');
const webcam = input('w', 'Webcam');

describe('the device that is meant', () => {
  const all = [headset, webcam];
  test.each([
    ['the default where nothing is chosen', all, null, '', 'default'],
    ['the chosen one', all, { id: 'w', label: 'Webcam' }, 'w', 'chosen'],
    [
      'by its label where the browser gave it another id',
      all,
      { id: 'x', label: 'Webcam' },
      'w',
      'chosen',
    ],
    [
      'by its id where it is called otherwise now',
      all,
      { id: 'h', label: 'Kopfhörer' },
      'h',
      'chosen',
    ],
    [
      'the default where the chosen one is gone',
      [headset],
      { id: 'w', label: 'Webcam' },
      '',
      'missing',
    ],
    ['the default where there is nothing at all', [], { id: 'w', label: 'Webcam' }, '', 'missing'],
  ] as const)('is %s', (_, devices, wish, ...[id, how]) => {
    expect(pick(devices, wish)).toEqual({ id, how });
  });

  test('is none that a browser does not name, nor a name for another one', () => {
    const withheld = input('', '');
    const alias = input('default', 'Default - Headset');
    const speaker: Device = { kind: 'audiooutput', deviceId: 's', label: 'Speaker' };
    expect(devicesOf('audioinput', [withheld, alias, headset, speaker])).toEqual([headset]);
  });
});

test.each([
  ['NotAllowedError', 'denied'],
  ['NotFoundError', 'none'],
  ['OverconstrainedError', 'none'],
  ['NotReadableError', 'inUse'],
  ['InvalidStateError', 'failed'],
] as const)('%s of a browser means %s', (name, trouble) => {
  expect(troubleOf(new DOMException('', name))).toBe(trouble);
});

describe('what was kept', () => {
  const full = {
    microphone: { id: 'h', label: 'Headset' },
    speaker: null,
    ringer: { id: 's', label: 'Speaker' },
    ring: 'wood',
    loudness: 40,
  } as const;
  test.each([
    ['nothing', null, untouched],
    ['no JSON', '{', untouched],
    ['something else', '7', untouched],
    ['a choice', JSON.stringify(full), full],
    ['a ring of another version', '{"ring":"siren","loudness":40}', { ...untouched, loudness: 40 }],
    ['a loudness that is none', '{"loudness":1000}', untouched],
    ['half a device', '{"speaker":{"id":"s"}}', untouched],
  ] as const)('%s', (_, text, choice) => {
    expect(readChoice(text)).toEqual(choice);
  });
});
