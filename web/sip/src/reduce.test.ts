// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { reduce } from './reduce';
import { idlePhone, type Phone, type PhoneEvent } from './state';

const siti = { number: '1002', name: 'Siti' };
const id = 'a';
const seal = { local: 'AA', remote: 'BB', words: [1, 2, 3, 4, 5] };

function after(...events: PhoneEvent[]): Phone {
  return events.reduce(reduce, idlePhone);
}

const dialled: PhoneEvent = { type: 'dialled', id, party: siti };
const rang: PhoneEvent = { type: 'rings-here', id, party: siti };
const confirmed: PhoneEvent = { type: 'confirmed', id, at: 1000, stage: 'connected' };

describe('an outgoing call', () => {
  test('goes from microphone to calling to ringing to talking', () => {
    expect(after(dialled).call).toMatchObject({ kind: 'ringing-out', stage: 'microphone' });
    const sent: PhoneEvent = { type: 'sent', id };
    expect(after(dialled, sent).call).toMatchObject({ stage: 'sent' });
    expect(after(dialled, sent, { type: 'heard', id }).call).toMatchObject({ stage: 'calling' });
    expect(after(dialled, { type: 'rings-there', id }).call).toMatchObject({ stage: 'ringing' });
    expect(after(dialled, confirmed).call).toMatchObject({ kind: 'talking', since: 1000 });
  });

  test('that fails keeps its party for calling again, and lasted nothing', () => {
    const { call } = after(dialled, { type: 'finished', id, at: 5000, outcome: 'busy' });
    expect(call).toEqual({
      kind: 'ended',
      id,
      party: siti,
      direction: 'out',
      outcome: 'busy',
      duration: 0,
    });
  });
});

describe('an incoming call', () => {
  test('can be silenced and still be answered', () => {
    const silenced = after(rang, { type: 'silenced', id });
    expect(silenced.call).toMatchObject({ stage: 'silenced' });
    expect(reduce(silenced, { type: 'answering', id }).call).toMatchObject({ stage: 'answering' });
  });

  test('does not ring again when it is silenced while being answered', () => {
    const { call } = after(rang, { type: 'answering', id }, { type: 'silenced', id });
    expect(call).toMatchObject({ stage: 'answering' });
  });

  test('does not push away the call that goes on', () => {
    const talking = after(dialled, confirmed);
    expect(reduce(talking, { type: 'rings-here', id: 'b', party: siti })).toBe(talking);
  });

  test('replaces the card of a call that is over', () => {
    const over = after(dialled, { type: 'finished', id, at: 1, outcome: 'busy' });
    expect(reduce(over, { type: 'rings-here', id: 'b', party: siti }).call).toMatchObject({
      kind: 'ringing-in',
      id: 'b',
    });
  });
});

describe('a conversation', () => {
  test('lasts from the confirmation to the end', () => {
    const end: PhoneEvent = { type: 'finished', id, at: 4500, outcome: 'answered' };
    expect(after(rang, confirmed, end).call).toMatchObject({ kind: 'ended', duration: 3500 });
  });

  test('shows mute, broken sound, the seal and the tones', () => {
    const { call } = after(
      dialled,
      confirmed,
      { type: 'muted', id, muted: true },
      { type: 'media', id, stage: 'reconnecting' },
      { type: 'sealed', id, seal },
      { type: 'tone', id, tone: '4' },
      { type: 'tone', id, tone: '2' },
    );
    expect(call).toMatchObject({ muted: true, stage: 'reconnecting', seal, tones: '42' });
  });

  test('keeps only the last tones, however many are pressed', () => {
    const tones = Array.from({ length: 500 }, (): PhoneEvent => ({ type: 'tone', id, tone: '7' }));
    const { call } = after(dialled, confirmed, ...tones);
    expect(call?.kind === 'talking' && call.tones.length).toBe(24);
  });

  test('is not touched by the link going away', () => {
    const talking = after(dialled, confirmed);
    expect(reduce(talking, { type: 'link', link: 'lost' }).call).toBe(talking.call);
  });
});

test('an event of another call changes nothing', () => {
  const talking = after(dialled, confirmed);
  expect(reduce(talking, { type: 'muted', id: 'b', muted: true })).toBe(talking);
});

test('an event after the end changes nothing, not even a second end', () => {
  const over = after(dialled, { type: 'finished', id, at: 1, outcome: 'busy' });
  expect(reduce(over, { type: 'finished', id, at: 2, outcome: 'failed' })).toBe(over);
  expect(reduce(over, confirmed)).toBe(over);
});

test('the card of the last call is closed by a click, a running call is not', () => {
  const over = after(dialled, { type: 'finished', id, at: 1, outcome: 'busy' });
  expect(reduce(over, { type: 'dismissed' }).call).toBeNull();
  const talking = after(dialled, confirmed);
  expect(reduce(talking, { type: 'dismissed' })).toBe(talking);
});
