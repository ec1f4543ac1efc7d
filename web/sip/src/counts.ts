// SPDX-License-Identifier: Apache-2.0
import type { Counts } from './quality';

type Row = Readonly<Record<string, unknown>>;

/** What getStats() tells of a call's sound and of the way it takes; null before any has come. */
export function countsOf(report: { forEach(look: (row: Row) => void): void }): Counts | null {
  const rows: Row[] = [];
  report.forEach((row) => rows.push(row));
  const find = (type: string) => rows.find((row) => row['type'] === type && isSound(row));
  const incoming = find('inbound-rtp');
  if (incoming === undefined) return null;
  const told = find('remote-inbound-rtp') ?? {};
  const way = wayOf(rows) ?? {};
  return {
    received: numberIn(incoming, 'packetsReceived') ?? 0,
    lost: numberIn(incoming, 'packetsLost') ?? 0,
    jitter: numberIn(incoming, 'jitter'),
    outLoss: numberIn(told, 'fractionLost'),
    outJitter: numberIn(told, 'jitter'),
    roundTrip: numberIn(told, 'roundTripTime'),
    // Those that keep the consent are among them.
    checks: numberIn(way, 'requestsSent'),
    answers: numberIn(way, 'responsesReceived'),
    checkTime: numberIn(way, 'currentRoundTripTime'),
    level: numberIn(incoming, 'audioLevel'),
  };
}

const isSound = (row: Row): boolean => (row['kind'] ?? row['mediaType']) === 'audio';

function wayOf(rows: readonly Row[]): Row | undefined {
  const chosen = rows.find(({ type }) => type === 'transport')?.['selectedCandidatePairId'];
  const pairs = rows.filter(({ type }) => type === 'candidate-pair');
  const isUsed = (row: Row) => row['nominated'] === true && row['state'] === 'succeeded';
  return pairs.find(({ id }) => id === chosen) ?? pairs.find(isUsed);
}

function numberIn(row: Row, name: string): number | null {
  const value = row[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
