// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { reduce } from './reduce';
import { idlePhone, isAudible, isServedATune, type Phone, type PhoneEvent } from './state';

const siti = { number: '1002', name: 'Siti' };
const id = 'a';
const budi = { number: '1003', name: 'Budi' };
const reach = { kind: 'sealed' } as const;
const seal = { local: 'AA', remote: 'BB', words: [1, 2, 3, 4, 5] };

function after(...events: PhoneEvent[]): Phone {
  return events.reduce(reduce, idlePhone);
}

const dialled: PhoneEvent = { type: 'dialled', id, party: siti };
const rang: PhoneEvent = { type: 'rings-here', id, party: siti, reach };
const confirmed: PhoneEvent = { type: 'confirmed', id, at: 1000, stage: 'connected' };

describe('an outgoing call', () => {
  test('goes from microphone to calling to ringing to talking', () => {
    expect(after(dialled).call).toMatchObject({ kind: 'ringing-out', stage: 'microphone' });
    const sent: PhoneEvent = { type: 'sent', id };
    expect(after(dialled, sent).call).toMatchObject({ stage: 'sent' });
    expect(after(dialled, sent, { type: 'heard', id }).call).toMatchObject({ stage: 'calling' });
    expect(after(dialled, { type: 'rings-there', id, early: false }).call).toMatchObject({
      stage: 'ringing',
    });
    expect(after(dialled, confirmed).call).toMatchObject({ kind: 'talking', since: 1000 });
  });

  test('that fails keeps its party for calling again, and lasted nothing', () => {
    const { call, over } = after(dialled, { type: 'finished', id, at: 5000, outcome: 'busy' });
    expect(call).toBeNull();
    expect(over).toEqual({
      kind: 'ended',
      id,
      party: siti,
      direction: 'out',
      outcome: 'busy',
      duration: 0,
      transfer: null,
      note: null,
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

  test('does not push away another one that rings, here or there', () => {
    for (const first of [after(dialled), after({ ...rang, id: 'c' })]) {
      expect(reduce(first, { type: 'rings-here', id: 'b', party: budi, reach })).toBe(first);
    }
  });

  test('replaces the card of a call that is over', () => {
    const over = after(dialled, { type: 'finished', id, at: 1, outcome: 'busy' });
    const next = reduce(over, { type: 'rings-here', id: 'b', party: budi, reach });
    expect(next.call).toMatchObject({ kind: 'ringing-in', id: 'b' });
    expect(next.over).toBeNull();
  });
});

describe('a conversation', () => {
  test('lasts from the confirmation to the end', () => {
    const end: PhoneEvent = { type: 'finished', id, at: 4500, outcome: 'answered' };
    expect(after(rang, confirmed, end).over).toMatchObject({ kind: 'ended', duration: 3500 });
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
  expect(reduce(over, { type: 'dismissed' }).over).toBeNull();
  const talking = after(dialled, confirmed);
  expect(reduce(talking, { type: 'dismissed' })).toBe(talking);
});

describe('holding', () => {
  const held = (by: 'us' | 'them', on: boolean): PhoneEvent => ({ type: 'held', id, by, held: on });
  const holdAfter = (...events: PhoneEvent[]) => {
    const { call } = after(dialled, confirmed, ...events);
    return call?.kind === 'talking' ? call.hold : null;
  };

  test('is told of each side apart', () => {
    expect(holdAfter(held('us', true))).toBe('us');
    expect(holdAfter(held('us', true), held('them', true))).toBe('both');
    expect(holdAfter(held('us', true), held('them', true), held('us', false))).toBe('them');
    expect(holdAfter(held('them', true), held('them', false))).toBe('nobody');
  });

  test('takes back what was said of the line', () => {
    const weak: PhoneEvent = { type: 'weakness', id, weakness: 'ours' };
    expect(after(dialled, confirmed, weak, held('us', true)).call).toMatchObject({
      away: 'no',
      weakness: 'none',
    });
  });

  test('the other side is heard unless somebody holds; a server with the key plays music', () => {
    const state = (...events: PhoneEvent[]) => {
      const { call } = after(dialled, confirmed, ...events);
      return call === null ? [] : [isAudible(call), isServedATune(call)];
    };
    const served: PhoneEvent = {
      type: 'reach',
      id,
      reach: { kind: 'terminated', reason: 'other' },
    };
    expect(state()).toEqual([true, false]);
    expect(state(held('us', true))).toEqual([false, false]);
    expect(state(held('them', true))).toEqual([false, true]);
    expect(state(held('them', true), held('us', true))).toEqual([false, false]);
    expect(state(served, held('them', true))).toEqual([true, false]);
    expect(state(served, held('us', true))).toEqual([false, false]);
  });
});

describe('a second call', () => {
  const second: PhoneEvent = { type: 'rings-here', id: 'b', party: budi, reach };
  const answered: PhoneEvent = { ...confirmed, id: 'b' };
  const finish = (which: string, outcome: 'answered' | 'missed' | 'turned_down' | 'busy') =>
    ({ type: 'finished', id: which, at: 9000, outcome }) as const;

  test('waits beside the conversation, and steps in front when it is answered', () => {
    const waiting = after(dialled, confirmed, second);
    expect(waiting).toMatchObject({ call: { id }, other: { id: 'b', kind: 'ringing-in' } });
    const both = reduce(waiting, answered);
    expect(both).toMatchObject({ call: { id: 'b', kind: 'talking' }, other: { id } });
  });

  test('that is placed steps in front of the conversation', () => {
    const two = after(dialled, confirmed, { type: 'dialled', id: 'b', party: budi });
    expect(two).toMatchObject({ call: { id: 'b', kind: 'ringing-out' }, other: { id } });
  });

  test('has no third beside it', () => {
    const both = after(dialled, confirmed, second, answered);
    expect(reduce(both, { ...second, id: 'c' })).toBe(both);
    expect(reduce(both, { ...dialled, id: 'c' })).toBe(both);
  });

  test('changes places with the first and back', () => {
    const both = after(dialled, confirmed, second, answered);
    const once = reduce(both, { type: 'swapped' });
    expect(once).toMatchObject({ call: { id }, other: { id: 'b' } });
    expect(reduce(once, { type: 'swapped' })).toEqual(both);
    const waiting = after(dialled, confirmed, second);
    expect(reduce(waiting, { type: 'swapped' })).toBe(waiting);
  });

  test('leaves the other one in front when it ends, and says how it ended', () => {
    const both = after(dialled, confirmed, second, answered);
    expect(reduce(both, finish('b', 'answered'))).toMatchObject({
      call: { id },
      other: null,
      over: { id: 'b', outcome: 'answered', duration: 8000 },
    });
    expect(reduce(both, finish(id, 'answered'))).toMatchObject({
      call: { id: 'b' },
      other: null,
      over: { id },
    });
  });

  test('rings on alone when the conversation ends', () => {
    const rings = after(dialled, confirmed, second, finish(id, 'answered'));
    expect(rings).toMatchObject({ call: { id: 'b', kind: 'ringing-in' }, other: null });
  });

  test('that gave up was missed, and one that was sent away is no news', () => {
    const waiting = after(dialled, confirmed, second);
    expect(reduce(waiting, finish('b', 'missed')).over).toMatchObject({ outcome: 'missed' });
    expect(reduce(waiting, finish('b', 'turned_down'))).toMatchObject({ other: null, over: null });
  });
});
