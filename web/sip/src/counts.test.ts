// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { countsOf } from './counts';

const report = (...rows: object[]) => new Map(rows.map((row, at) => [String(at), row])) as never;
const incoming = {
  type: 'inbound-rtp',
  kind: 'audio',
  packetsReceived: 500,
  packetsLost: 3,
  jitter: 0.004,
  audioLevel: 0.2,
};
const told = {
  type: 'remote-inbound-rtp',
  kind: 'audio',
  fractionLost: 0.02,
  jitter: 0.01,
  roundTripTime: 0.08,
};
const pair = {
  type: 'candidate-pair',
  id: 'used',
  nominated: true,
  state: 'succeeded',
  requestsSent: 11,
  // As Chromium counts: all but the first are for the consent, and among those above.
  consentRequestsSent: 10,
  responsesReceived: 10,
  currentRoundTripTime: 0.03,
};

test('the counts of the sound and of the way in use are read together', () => {
  const other = { ...pair, id: 'other', requestsSent: 70 };
  const way = { type: 'transport', selectedCandidatePairId: 'used' };
  const video = { ...incoming, kind: 'video', packetsLost: 99 };
  expect(countsOf(report(video, incoming, told, other, pair, way))).toEqual({
    received: 500,
    lost: 3,
    jitter: 0.004,
    outLoss: 0.02,
    outJitter: 0.01,
    roundTrip: 0.08,
    checks: 11,
    answers: 10,
    checkTime: 0.03,
    level: 0.2,
  });
});

test('what a browser does not tell is not known, and never zero', () => {
  expect(countsOf(report({ ...incoming, audioLevel: undefined }))).toMatchObject({
    outLoss: null,
    roundTrip: null,
    checks: null,
    answers: null,
    checkTime: null,
    level: null,
  });
});

test('before any sound has come there is nothing to judge', () => {
  expect(countsOf(report(pair))).toBeNull();
});
