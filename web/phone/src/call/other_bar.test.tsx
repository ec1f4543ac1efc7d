// SPDX-License-Identifier: Apache-2.0
import { unknownReach } from '@dering/sip/reach';
import { act, cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { draw, fakeTelephone } from '../testing/draw';
import { OtherBar } from './other_bar';
import { usePhone } from './telephone_context';

const siti = { number: '1002', name: 'Siti' };
const user = userEvent.setup();

beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(cleanup);

describe('the bar of a second call', () => {
  const budi = { number: '1003', name: 'Budi' };
  async function second() {
    const fake = fakeTelephone();
    await fake.telephone.call(siti);
    fake.emit({ type: 'confirmed', id: 'call', stage: 'connected' });
    fake.emit({ type: 'incoming', id: 'in', party: budi, reach: unknownReach });
    await draw(<Beside />, fake.telephone);
    return fake;
  }
  function Beside() {
    const { call, other } = usePhone((phone) => phone);
    return other && <OtherBar front={call} other={other} />;
  }

  test('says who calls and what answering does', async () => {
    await second();
    expect(screen.getByRole('alertdialog', { name: 'Budi is calling' }).textContent).toContain(
      'Answering puts Siti on hold',
    );
  });

  test.each([
    ['Decline', 603],
    ['Busy', 486],
  ])('%s sends %i and leaves the conversation alone', async (name, status) => {
    const { line } = await second();
    await user.click(screen.getByRole('button', { name }));
    expect(line.end).toHaveBeenCalledWith('in', { status });
    expect(line.hold).not.toHaveBeenCalled();
  });

  test('declines with words, and Escape takes back the form alone', async () => {
    const { line } = await second();
    const message = () => screen.getByRole('button', { name: 'Decline with a message' });
    await user.click(message());
    await user.keyboard('{Escape}');
    expect(document.activeElement).toBe(message());
    expect(line.end).not.toHaveBeenCalled();
    await user.click(message());
    await user.click(
      screen.getByRole('button', { name: 'I’m in a meeting. I’ll call you later.' }),
    );
    expect(line.end).toHaveBeenCalledWith('in', {
      status: 603,
      note: 'I’m in a meeting. I’ll call you later.',
    });
    expect(line.hold).not.toHaveBeenCalled();
  });

  test('answers, and swaps the two', async () => {
    const { line, emit, telephone } = await second();
    await user.click(screen.getByRole('button', { name: 'Hold and answer' }));
    expect(line.hold).toHaveBeenCalledWith('call', true);
    act(() => emit({ type: 'confirmed', id: 'in', stage: 'connected' }));
    expect(screen.getByRole('region', { name: 'On hold: Siti' }).textContent).toContain('On hold');
    await user.click(screen.getByRole('button', { name: 'Swap' }));
    expect(telephone.current()).toMatchObject({ call: { id: 'call' }, other: { id: 'in' } });
  });
});
