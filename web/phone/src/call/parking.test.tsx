// SPDX-License-Identifier: Apache-2.0
import type { Ended, Talking } from '@dering/sip/state';
import type { Transfer } from '@dering/sip/transfer';
import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startLanguages } from '../i18n';
import { draw, fakeTelephone } from '../testing/draw';
import { talking } from '../testing/talking';
import { CallBar } from './call_bar';
import { sentText } from './call_text';
import { OutcomeCard } from './outcome_card';
import { noteText } from './transfer_text';

const user = userEvent.setup();
beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(cleanup);

const siti = { number: '1002', name: 'Siti' };
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
const parking: Transfer = {
  to: { number: '70', name: '' },
  stage: 'asked',
  why: null,
  asked: null,
  resumes: false,
};

test('two clicks send whom one talks with to wait', async () => {
  const { telephone, line, emit } = fakeTelephone();
  await telephone.call(siti);
  emit({ type: 'confirmed', id: 'call', stage: 'connected' });
  await draw(
    bar(talking, () => {}),
    telephone,
  );
  await user.click(screen.getByRole('button', { name: 'More' }));
  await user.click(screen.getByRole('menuitem', { name: /^Park/ }));
  expect(line.transfer).toHaveBeenCalledWith('call', '70', null);
});

test('is not offered where nobody can be sent on', async () => {
  await draw(bar(talking));
  expect(screen.getByTestId('more')).toHaveProperty('disabled', true);
});

test('says what becomes of it, and why not', async () => {
  const { t } = await startLanguages();
  const text = (transfer: Transfer) => noteText({ ...talking, transfer }, t);
  expect(text(parking)).toBe('Siti is being parked…');
  expect(text({ ...parking, stage: 'failed', why: 'parking_full' })).toBe(
    'All parking places are taken. Siti is still with you.',
  );
  const over = { party: siti, outcome: 'transferred', transfer: { ...parking, stage: 'done' } };
  await draw(
    <OutcomeCard
      call={{ ...over, kind: 'ended', id: 'call', direction: 'out', duration: 1_000 } as Ended}
      canCall
    />,
  );
  expect(screen.getByTestId('outcome-title').textContent).toBe('Parked');
});

test('a call that comes back says from where', async () => {
  const { t } = await startLanguages();
  const sent = { how: 'parked', whose: { number: '71', name: '' }, through: null } as const;
  expect(sentText(sent, t)).toBe('Back from parking at 71, nobody took the call');
});
