// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import type { Ended, Phone, Talking } from '@dering/sip/state';
import { transferFailures, type Transfer } from '@dering/sip/transfer';
import { act, cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startLanguages } from '../i18n';
import { draw, fakeTelephone } from '../testing/draw';
import { talking } from '../testing/talking';
import { CallBar } from './call_bar';
import { CallPage } from './call_page';
import { announcement } from './call_text';
import { OtherBar } from './other_bar';
import { OutcomeCard } from './outcome_card';
import { usePhone } from './telephone_context';
import { TransferDialog } from './transfer_dialog';
import { noteText } from './transfer_text';

const user = userEvent.setup();
beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(cleanup);

const siti = { number: '1002', name: 'Siti' };
const tuti = { number: '1004', name: 'Tuti Lestari' };
const going: Transfer = { to: tuti, stage: 'asked', why: null, asked: null, resumes: false };
const person = (extension: string, name: string, presence: Person['presence'] = 'available') => ({
  extension,
  name,
  unit: 'Library',
  presence,
});
const people = [
  person('1002', 'Siti'),
  person('1003', 'Budi', 'in_call'),
  person('1004', tuti.name),
];

async function talk() {
  const phone = fakeTelephone();
  await phone.telephone.call(siti);
  act(() => phone.emit({ type: 'confirmed', id: 'call', stage: 'connected' }));
  return phone;
}

describe('choosing to whom', () => {
  const field = () => screen.getByTestId('transfer-search');
  const dialog = async (onClose = vi.fn<() => void>()) => {
    const { telephone, line } = await talk();
    await draw(<TransferDialog party={siti} people={people} onClose={onClose} />, telephone);
    return { line, onClose };
  };

  test('finds people as everywhere, leaves out whom the call is with, and says who talks', async () => {
    await dialog();
    expect(screen.queryByTestId('transfer-to-1002')).toBeNull();
    expect(screen.getByTestId('transfer-to-1003').textContent).toContain('Busy');
    await user.type(field(), 'lest');
    expect(screen.getByTestId('transfer-people').textContent).toContain('Tuti Lestari');
    expect(screen.queryByTestId('transfer-to-1003')).toBeNull();
  });

  test('sends at once, by keyboard alone, to whom Enter chose', async () => {
    const { line, onClose } = await dialog();
    await user.type(field(), 'tuti{Enter}');
    expect(screen.getByTestId('transfer-dialog').textContent).toContain(
      'Siti rings Tuti Lestari at once',
    );
    await user.click(screen.getByRole('button', { name: 'Send now' }));
    expect(line.transfer).toHaveBeenCalledWith('call', '1004', null);
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  test('asks first: the call goes on hold and the other rings', async () => {
    const { line } = await dialog();
    await user.click(screen.getByTestId('transfer-to-1004'));
    await user.click(screen.getByRole('button', { name: 'Ask first' }));
    expect(line.transfer).not.toHaveBeenCalled();
    expect(line.hold).toHaveBeenCalledWith('call', true);
    expect(line.dial.mock.calls.at(-1)?.[1]).toBe('1004');
  });

  test('takes a number that is nobody’s here', async () => {
    const { line } = await dialog();
    await user.type(field(), '7 70{Enter}');
    await user.click(screen.getByRole('button', { name: 'Send now' }));
    expect(line.transfer).toHaveBeenCalledWith('call', '770', null);
  });

  test('another search chooses anew', async () => {
    await dialog();
    await user.type(field(), 'tuti{Enter}');
    await user.type(field(), 'x');
    expect(screen.queryByTestId('transfer-now')).toBeNull();
    expect(screen.getByTestId('transfer-dialog').textContent).toContain('Nobody here is called');
  });

  test('the arrow keys lead into the list and through it', async () => {
    await dialog();
    await user.click(field());
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(screen.getByTestId('transfer-to-1004'));
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(screen.getByTestId('transfer-to-1003'));
  });
});

describe('the page while somebody is sent on', () => {
  const tune = { isOn: true, toggle: () => {} };
  const page = (call: Talking) => (
    <CallPage call={call} keypadOpen={false} onKey={() => {}} tune={tune} />
  );
  const note = () => screen.getByTestId('transfer-note').textContent;

  test('says so, says that one may leave, and claims no seal with somebody who is away', async () => {
    await draw(page({ ...talking, transfer: { ...going, stage: 'ringing' } }));
    expect(note()).toBe('Siti is being put through to Tuti Lestari. It rings there.');
    expect(screen.getByTestId('call-page').textContent).toContain('You can hang up now');
    expect(screen.queryByTestId('seal')).toBeNull();
  });

  test('the other side is away and holds nobody', async () => {
    await draw(page({ ...talking, hold: 'them', transfer: going }));
    expect(screen.queryByTestId('held-by')).toBeNull();
    expect(screen.queryByTestId('tune')).toBeNull();
  });

  test('says why it failed and who is back, until that is closed', async () => {
    const { telephone, emit } = await talk();
    function Page() {
      const call = usePhone((phone) => phone.call);
      return call?.kind === 'talking' && page(call);
    }
    await draw(<Page />, telephone);
    act(() => telephone.transfers.send(tuti));
    act(() => emit({ type: 'transfer', id: 'call', news: { kind: 'failed', why: 'no_answer' } }));
    expect(note()).toBe('Tuti Lestari did not answer. Siti is back with you.');
    await user.click(screen.getByRole('button', { name: 'Close this note' }));
    expect(screen.queryByTestId('transfer-note')).toBeNull();
  });

  test('names who put one through', async () => {
    await draw(page({ ...talking, sentBy: { number: '1003', name: 'Budi' } }));
    expect(screen.getByTestId('sent-by').textContent).toBe('Budi put you through');
  });

  test('the bar offers it only where it can be done, and neither hold nor keys meanwhile', async () => {
    const bar = (call: Talking, onTransfer?: () => void) => (
      <CallBar
        call={call}
        isBelowPage={false}
        keypadOpen={false}
        onKeypad={() => {}}
        onTransfer={onTransfer}
        onShow={() => {}}
      />
    );
    const open = vi.fn<() => void>();
    await draw(bar(talking, open));
    await user.click(screen.getByRole('button', { name: 'Transfer' }));
    expect(open).toHaveBeenCalledTimes(1);
    cleanup();
    await draw(bar({ ...talking, transfer: going }));
    for (const id of ['transfer', 'hold', 'keypad'])
      expect(screen.getByTestId(id)).toHaveProperty('disabled', true);
    expect(screen.getByTestId('call-state').textContent).toBe('Being put through…');
    expect(screen.getByTestId('call-bar').textContent).not.toContain('End-to-end');
  });
});

describe('two calls', () => {
  function Bars() {
    const phone = usePhone((whole) => whole);
    return phone.other && <OtherBar front={phone.call} other={phone.other} />;
  }
  const connect = () => screen.getByTestId('connect');

  test('hands over once it rings, and goes back', async () => {
    const { telephone, line, emit } = await talk();
    await act(() => telephone.transfers.ask(tuti));
    await draw(<Bars />, telephone);
    expect(screen.getByTestId('other-state').textContent).toContain('until you have asked Tuti');
    expect(connect()).toHaveProperty('disabled', true);
    act(() => emit({ type: 'ringing', id: 'call-2', early: false }));
    expect(connect().textContent).toBe('Hand over');
    await user.click(connect());
    expect(line.transfer).toHaveBeenCalledWith('call', '1004', 'call-2');
    expect(screen.getByTestId('transfer-note').textContent).toContain('being put through');
    expect(screen.getByTestId('go-back')).toHaveProperty('disabled', true);
    act(() => emit({ type: 'transfer', id: 'call', news: { kind: 'failed', why: 'over' } }));
    expect(screen.getByTestId('transfer-note').textContent).toBe(
      'The other call is not there any more. Siti is still with you, on hold.',
    );
    await user.click(screen.getByRole('button', { name: 'Back to Siti' }));
    expect(line.hold).toHaveBeenLastCalledWith('call', false);
    expect(telephone.current()).toMatchObject({ call: { id: 'call' }, other: null, over: null });
  });

  test('that came by themselves can be connected', async () => {
    const { telephone, line, emit } = await talk();
    await act(() => telephone.call(tuti));
    act(() => emit({ type: 'confirmed', id: 'call-2', stage: 'connected' }));
    await draw(<Bars />, telephone);
    expect(screen.queryByTestId('go-back')).toBeNull();
    expect(connect().textContent).toBe('Connect the two');
    await user.click(connect());
    expect(line.transfer).toHaveBeenCalledWith('call', '1004', 'call-2');
  });
});

describe('the card afterwards', () => {
  const card = (transfer: Transfer, outcome: Ended['outcome'] = 'transferred') => (
    <OutcomeCard
      call={{
        kind: 'ended',
        id: 'call',
        party: siti,
        direction: 'out',
        outcome,
        duration: 9000,
        transfer,
        note: null,
      }}
      canCall
    />
  );
  const title = () => screen.getByTestId('outcome-title').textContent;
  const text = () => screen.getByTestId('outcome').textContent;

  test('says who talks with whom, and offers no call to them', async () => {
    await draw(card({ ...going, stage: 'done' }));
    expect(title()).toBe('Put through');
    expect(text()).toContain('Siti talks with Tuti Lestari now.');
    expect(screen.queryByTestId('call-again')).toBeNull();
  });

  test('of who hung up in the middle claims nothing that is not known', async () => {
    await draw(card({ ...going, stage: 'ringing' }, 'answered'));
    expect(title()).toBe('You hung up');
    expect(text()).toContain('If nobody answers there, your phone rings.');
  });

  test('of who was tired of waiting says so', async () => {
    await draw(card({ ...going, stage: 'failed', why: 'gave_up' }));
    expect(text()).toContain('Siti hung up before anybody answered.');
    expect(text()).not.toContain('Put through');
  });

  test('of a lost connection says that', async () => {
    await draw(card(going, 'lost'));
    expect(title()).toBe('The connection was lost');
  });
});

describe('the words', () => {
  const failed = (why: Transfer['why']): Talking => ({
    ...talking,
    transfer: { ...going, stage: 'failed', why },
  });

  test('are there for every failure in both languages', async () => {
    for (const language of ['en', 'id']) {
      localStorage.setItem('dering.language', language);
      const { t } = await startLanguages();
      for (const why of transferFailures) {
        expect(noteText(failed(why), t), why).not.toContain('transfer.failed');
        expect(noteText(failed(why), t), why).not.toMatch(/[{}]/);
      }
    }
  });

  test('say only what is known of who is where', async () => {
    const { t } = await startLanguages();
    expect(noteText(failed('unheard'), t)).not.toContain('with you');
    expect(noteText(failed('gave_up'), t)).not.toContain('with you');
    expect(noteText(failed('not_allowed'), t)).toContain('Siti is still with you.');
    expect(noteText({ ...failed('busy'), hold: 'us' }, t)).toContain('back with you, on hold.');
  });

  test('are said to a screen reader', async () => {
    const { t } = await startLanguages();
    const idle: Phone = { link: 'ready', call: talking, other: null, over: null };
    const call = { ...talking, transfer: going };
    expect(announcement({ ...idle, call }, t)).toBe('Siti is being put through to Tuti Lestari…');
    expect(announcement({ ...idle, call: failed('busy') }, t)).toContain(
      'Tuti Lestari is busy. Siti is back with you.',
    );
    expect(announcement({ ...idle, call: { ...talking, sentBy: siti } }, t)).toContain(
      'Siti put you through',
    );
  });
});
