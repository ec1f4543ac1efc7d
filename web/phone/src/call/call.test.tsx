// SPDX-License-Identifier: Apache-2.0
import { unknownReach } from '@dering/sip/reach';
import type { Ended, RingingIn } from '@dering/sip/state';
import { act, cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { draw, fakeTelephone } from '../testing/draw';
import { CallBar } from './call_bar';
import { activeCall } from './call_text';
import { IncomingCard } from './incoming_card';
import { OutcomeCard } from './outcome_card';
import { usePhone } from './telephone_context';

const siti = { number: '1002', name: 'Siti' };
const user = userEvent.setup();

beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(cleanup);

describe('the card of an incoming call', () => {
  const call: RingingIn = {
    kind: 'ringing-in',
    id: 'in',
    party: siti,
    direction: 'in',
    reach: unknownReach,
    stage: 'ringing',
    sent: null,
  };

  test('says who calls, and puts the focus on Answer', async () => {
    await draw(<IncomingCard call={call} person={undefined} />);
    expect(screen.getByRole('alertdialog', { name: 'Incoming call Siti' })).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Answer' }));
  });

  test('says for whom the call is, where it was forwarded or put through', async () => {
    const budi = { number: '1002', name: 'Budi' };
    const dewi = { number: '1003', name: 'Dewi' };
    const said = async (sent: RingingIn['sent']) => {
      cleanup();
      await draw(<IncomingCard call={{ ...call, sent }} person={undefined} />);
      return screen.getByTestId('incoming-sent').textContent;
    };
    expect(await said({ how: 'forwarded', whose: budi, through: null })).toBe('For Budi');
    expect(await said({ how: 'forwarded', whose: budi, through: dewi })).toBe(
      'For Budi, through Dewi',
    );
    expect(await said({ how: 'transferred', whose: budi, through: null })).toBe(
      'Put through by Budi',
    );
  });

  test('leaves the focus to a person who is typing', async () => {
    const field = document.createElement('input');
    document.body.append(field);
    field.focus();
    await draw(<IncomingCard call={call} person={undefined} />);
    expect(document.activeElement).toBe(field);
    field.remove();
  });

  test('shows a name as text, never as markup', async () => {
    const party = { number: '1002', name: '<img src=x onerror=alert(1)>' };
    await draw(<IncomingCard call={{ ...call, party }} person={undefined} />);
    expect(screen.getByTestId('incoming-name').textContent).toBe(party.name);
    expect(document.querySelector('img')).toBeNull();
  });

  test('declines', async () => {
    const { telephone, line, emit } = fakeTelephone();
    emit({ type: 'incoming', id: 'in', party: siti, reach: unknownReach });
    await draw(<IncomingCard call={call} person={undefined} />, telephone);
    await user.click(screen.getByRole('button', { name: 'Decline' }));
    expect(line.end).toHaveBeenCalledWith('in', { status: 603 });
  });

  async function writing() {
    const fake = fakeTelephone();
    fake.emit({ type: 'incoming', id: 'in', party: siti, reach: unknownReach });
    await draw(<IncomingCard call={call} person={undefined} />, fake.telephone);
    await user.click(screen.getByRole('button', { name: 'Message' }));
    return fake;
  }

  test('declines with a sentence that is ready', async () => {
    const { line } = await writing();
    expect(document.activeElement).toBe(screen.getByTestId('decline-later'));
    await user.click(screen.getByTestId('decline-meeting'));
    const note = 'I’m in a meeting. I’ll call you later.';
    expect(line.end).toHaveBeenCalledWith('in', { status: 603, note });
  });

  test('declines with own words, not longer than they may be, and not without any', async () => {
    const { line } = await writing();
    expect(screen.getByTestId('decline-send')).toHaveProperty('disabled', true);
    expect(screen.getByTestId('decline-own')).toHaveProperty('maxLength', 140);
    await user.type(screen.getByTestId('decline-own'), 'On a train{Enter}');
    expect(line.end).toHaveBeenCalledWith('in', { status: 603, note: 'On a train' });
  });

  test('Escape leaves the words, and the call rings on as loud as before', async () => {
    const { line } = await writing();
    const silenced = vi.fn<(key: string) => void>();
    const listen = ({ key }: KeyboardEvent) => silenced(key);
    document.addEventListener('keydown', listen);
    await user.keyboard('{Escape}');
    document.removeEventListener('keydown', listen);
    expect(silenced).not.toHaveBeenCalled();
    expect(line.end).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Message' }));
  });
});

describe('the bar of a call', () => {
  function Bar() {
    const call = activeCall(usePhone((phone) => phone.call));
    return (
      call && (
        <CallBar
          call={call}
          isBelowPage={false}
          keypadOpen={false}
          onKeypad={() => {}}
          onTransfer={undefined}
          onShow={() => {}}
        />
      )
    );
  }

  test('tells the state and lets mute only when somebody can hear', async () => {
    const { telephone, line, emit } = fakeTelephone();
    await telephone.call(siti);
    await draw(<Bar />, telephone);
    expect(screen.getByTestId('call-state').textContent).toBe('Calling');
    expect(screen.getByTestId('mute')).toHaveProperty('disabled', true);

    act(() => emit({ type: 'confirmed', id: 'call', stage: 'connected' }));
    expect(screen.getByTestId('call-state').textContent).toBe('Connected');
    await user.click(screen.getByRole('button', { name: 'Mute' }));
    expect(line.mute).toHaveBeenCalledWith('call', true);
    expect(screen.getByRole('button', { name: 'Unmute', pressed: true })).toBeTruthy();
  });
});

describe('the card of a call that is over', () => {
  const ended = (outcome: Ended['outcome']): Ended => ({
    kind: 'ended',
    id: 'call',
    party: siti,
    direction: 'out',
    outcome,
    duration: 0,
    transfer: null,
    note: null,
  });

  test('tells what who declined said, as text', async () => {
    const note = '<b>Later</b> \u202Edrawkcab\u0007';
    await draw(<OutcomeCard call={{ ...ended('declined'), note }} canCall />);
    const text = screen.getByTestId('outcome').textContent;
    expect(text).toContain('Siti declined: “<b>Later</b> drawkcab”');
    expect(text).not.toContain('It may not be a good moment');
  });

  test('says in words what happened and what to do', async () => {
    await draw(<OutcomeCard call={ended('microphone_denied')} canCall />);
    expect(screen.getByTestId('outcome-title').textContent).toBe('The microphone is blocked');
    expect(screen.getByTestId('outcome').textContent).toContain('allow the microphone');
  });

  test('speaks Indonesian', async () => {
    localStorage.setItem('dering.language', 'id');
    await draw(<OutcomeCard call={ended('busy')} canCall />);
    expect(screen.getByTestId('outcome-title').textContent).toBe('Sedang sibuk');
  });

  test('calls again with one click', async () => {
    const { telephone, line } = fakeTelephone();
    await draw(<OutcomeCard call={ended('busy')} canCall />, telephone);
    await user.click(screen.getByRole('button', { name: 'Call again' }));
    expect(line.dial.mock.calls[0]?.[1]).toBe('1002');
  });

  test('does not offer to call a number again that does not exist', async () => {
    await draw(<OutcomeCard call={ended('unknown_number')} canCall />);
    expect(screen.queryByTestId('call-again')).toBeNull();
  });

  test('tells a phone that takes no calls now from one that lets this caller never through', async () => {
    await draw(<OutcomeCard call={ended('unavailable')} canCall />);
    expect(screen.getByTestId('outcome-title').textContent).toBe('Their phone takes no calls now');
    expect(screen.getByTestId('call-again')).toBeTruthy();
    cleanup();
    await draw(<OutcomeCard call={ended('refused')} canCall />);
    expect(screen.getByTestId('outcome').textContent).toContain('does not let you through');
    expect(screen.queryByTestId('call-again')).toBeNull();
  });

  test('is calm about a call that was transferred', async () => {
    await draw(<OutcomeCard call={ended('transferred')} canCall />);
    expect(screen.getByTestId('outcome').dataset['calm']).toBe('true');
  });
});

describe('a caller who withholds the number', () => {
  const hidden = { number: 'anonymous', name: 'Anonymous' };

  test('is named in words of the language, here as a call comes in', async () => {
    localStorage.setItem('dering.language', 'id');
    const call = { kind: 'ringing-in', id: 'in', party: hidden, direction: 'in' } as const;
    const card = (
      <IncomingCard
        call={{ ...call, reach: unknownReach, stage: 'ringing', sent: null }}
        person={undefined}
      />
    );
    await draw(card);
    expect(screen.getByTestId('incoming').textContent).toContain('Nomor disembunyikan');
    expect(screen.getByTestId('incoming').textContent).not.toMatch(/anonymous/i);
  });

  test('cannot be called back', async () => {
    const call = {
      kind: 'ended',
      id: 'in',
      party: hidden,
      direction: 'in',
      transfer: null,
      note: null,
    } as const;
    await draw(<OutcomeCard call={{ ...call, outcome: 'missed', duration: 0 }} canCall />);
    expect(screen.getByTestId('outcome').textContent).toContain('Number withheld');
    expect(screen.queryByTestId('call-again')).toBeNull();
  });
});
