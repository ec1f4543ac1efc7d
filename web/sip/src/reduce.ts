// SPDX-License-Identifier: Apache-2.0
import { isBusy, type Call, type Phone, type PhoneEvent, type Talking } from './state';

const shownTones = 24;

/**
 * The telephone after an event. Pure. An event about a call that is over, or about another call,
 * changes nothing: signalling, the microphone and the person's click race each other all the time.
 */
export function reduce(phone: Phone, event: PhoneEvent): Phone {
  switch (event.type) {
    case 'link':
      return event.link === phone.link ? phone : { ...phone, link: event.link };
    case 'dialled':
      if (isBusy(phone)) return phone;
      return withCall(phone, {
        kind: 'ringing-out',
        id: event.id,
        party: event.party,
        direction: 'out',
        stage: 'microphone',
      });
    case 'rings-here':
      if (isBusy(phone)) return phone;
      return withCall(phone, {
        kind: 'ringing-in',
        id: event.id,
        party: event.party,
        direction: 'in',
        stage: 'ringing',
      });
    case 'dismissed':
      return phone.call?.kind === 'ended' ? withCall(phone, null) : phone;
    default: {
      if (phone.call?.id !== event.id) return phone;
      const call = progress(phone.call, event);
      return call === phone.call ? phone : withCall(phone, call);
    }
  }
}

type CallEvent = Exclude<
  PhoneEvent,
  { type: 'link' } | { type: 'dialled' } | { type: 'rings-here' } | { type: 'dismissed' }
>;

function progress(call: Call, event: CallEvent): Call {
  switch (call.kind) {
    case 'ringing-out':
      if (event.type === 'sent') return { ...call, stage: 'sent' };
      if (event.type === 'heard' && call.stage === 'sent') return { ...call, stage: 'calling' };
      if (event.type === 'rings-there') return { ...call, stage: 'ringing' };
      return common(call, event);
    case 'ringing-in':
      if (event.type === 'silenced' && call.stage === 'ringing') {
        return { ...call, stage: 'silenced' };
      }
      if (event.type === 'answering') return { ...call, stage: 'answering' };
      if (event.type === 'connecting') return { ...call, stage: 'connecting' };
      return common(call, event);
    case 'talking':
      return event.type === 'finished' ? common(call, event) : talk(call, event);
    case 'ended':
      return call;
  }
}

function talk(call: Talking, event: CallEvent): Talking {
  switch (event.type) {
    case 'sealed':
      return { ...call, seal: event.seal };
    case 'media':
      return { ...call, stage: event.stage };
    case 'muted':
      return { ...call, muted: event.muted };
    case 'tone':
      return { ...call, tones: (call.tones + event.tone).slice(-shownTones) };
    default:
      return call;
  }
}

function common(call: Exclude<Call, { kind: 'ended' }>, event: CallEvent): Call {
  const { id, party, direction } = call;
  if (event.type === 'finished') {
    const duration = call.kind === 'talking' ? Math.max(0, event.at - call.since) : 0;
    return { kind: 'ended', id, party, direction, outcome: event.outcome, duration };
  }
  if (event.type !== 'confirmed') return call;
  return {
    kind: 'talking',
    id,
    party,
    direction,
    stage: event.stage,
    since: event.at,
    muted: false,
    seal: null,
    tones: '',
  };
}

function withCall(phone: Phone, call: Call | null): Phone {
  return { ...phone, call };
}
