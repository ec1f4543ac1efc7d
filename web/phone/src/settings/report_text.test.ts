// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { untouched } from '../sound/choice';
import { reportText, type Facts } from './report_text';

const facts: Facts = {
  at: new Date('2026-11-30T12:00:00Z'),
  browser: 'Browser/1',
  language: 'id',
  isSecure: true,
  devices: [
    { kind: 'audioinput', deviceId: 'secret-1', label: 'Headset' },
    { kind: 'audioinput', deviceId: 'secret-2', label: '' },
    { kind: 'audiooutput', deviceId: 'secret-3', label: 'Speaker' },
  ],
  choice: { ...untouched, microphone: { id: 'secret-1', label: 'Headset' } },
  permissions: { microphone: 'granted', notifications: 'denied' },
  sound: 'running',
  candidates: new Map([['host/udp', 2]]),
  websocket: { opened: 12.4, roundTrip: null },
  verdict: { kind: 'heard', grade: 'fair', loss: 0.02, delay: 40, jitter: null },
};

test('the report says all in words, and no id of a device', () => {
  const text = reportText(facts);
  expect(text).not.toContain('secret');
  for (const part of [
    'Browser: Browser/1',
    'Permissions: microphone granted, notifications denied',
    'Microphones (2): Headset, (name withheld)',
    'Loudspeakers (1): Speaker',
    'Cameras (0): none',
    'Chosen: microphone Headset, speaker default, ring default (chime, 100 %)',
    'ICE candidates: host/udp 2',
    'WebSocket: opened 12 ms, round trip no answer',
    'Last echo test: heard, fair, loss 2.0 %, delay 40 ms',
  ])
    expect(text).toContain(part);
});
