// SPDX-License-Identifier: Apache-2.0
import type { Forwarding } from '@dering/api/types';
import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { admin, FakeServer, open } from './testing';

const none: Forwarding = {
  extension: '1001',
  always: null,
  busy: null,
  no_answer: null,
  unreachable: null,
  ring_seconds: 20,
  do_not_disturb: false,
};
let network: FakeServer;
let kept: Forwarding;
const user = userEvent.setup();

beforeEach(() => {
  localStorage.setItem('dering.language', 'en');
  kept = none;
  network = new FakeServer();
  network.answers['GET /api/v1/forwarding'] = () => Response.json(kept);
  network.answers['PATCH /api/v1/forwarding'] = () => {
    const wish = network.asked.findLast(({ method }) => method === 'PATCH')?.body as Forwarding;
    kept = { ...kept, ...wish };
    return Response.json(kept);
  };
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const wishes = () =>
  network.asked.filter(({ method }) => method === 'PATCH').map(({ body }) => body);

describe('call forwarding', () => {
  test('a person is found by name, and is set by one choice', async () => {
    await open('forwarding');
    const field = await screen.findByRole('combobox', { name: 'Always' });
    await user.click(field);
    await user.type(field, 'siti');
    await user.click(await screen.findByRole('option', { name: 'Siti · 1002' }));
    expect(wishes()).toEqual([{ always: '1002' }]);
    const card = screen.getByTestId('forward-always');
    expect(await within(card).findByRole('button', { name: 'Turn off: Always' })).toBeDefined();
  });

  test('by the keyboard alone', async () => {
    await open('forwarding');
    (await screen.findByRole('combobox', { name: 'When I am busy' })).focus();
    await user.keyboard('1002{Enter}');
    expect(wishes()).toEqual([{ busy: '1002' }]);
  });

  test('oneself is not offered', async () => {
    await open('forwarding');
    await user.click(await screen.findByRole('combobox', { name: 'Always' }));
    expect(screen.queryByRole('option', { name: /Budi/ })).toBeNull();
  });

  test('one click ends it', async () => {
    kept = { ...none, no_answer: '1002' };
    await open('forwarding');
    await user.click(await screen.findByTestId('off-no_answer'));
    expect(wishes()).toEqual([{ no_answer: null }]);
    await vi.waitFor(() => expect(screen.queryByTestId('off-no_answer')).toBeNull());
  });

  test('notices of what rings at colleagues are a switch, where the server has them', async () => {
    kept = { ...none, pickup_notices: true };
    await open('forwarding');
    await user.click(await screen.findByRole('switch', { name: /rings at colleagues/ }));
    expect(wishes()).toEqual([{ pickup_notices: false }]);
    cleanup();
    kept = none;
    await open('forwarding');
    await screen.findByTestId('do-not-disturb');
    expect(screen.queryByTestId('pickup-notices')).toBeNull();
  });

  test('do not disturb is a switch', async () => {
    await open('forwarding');
    const toggle = await screen.findByRole('switch', { name: /Do not disturb/ });
    await user.click(toggle);
    await user.click(toggle);
    expect(wishes()).toEqual([{ do_not_disturb: true }, { do_not_disturb: false }]);
  });

  test('the ring time is chosen, and one that the list lacks is shown all the same', async () => {
    kept = { ...none, no_answer: '1002', ring_seconds: 33 };
    await open('forwarding');
    const field = await screen.findByRole('combobox', { name: 'My phones ring before that for' });
    expect(within(field).getByRole('option', { selected: true }).textContent).toBe('33 seconds');
    await user.selectOptions(field, '45');
    expect(wishes()).toEqual([{ ring_seconds: 45 }]);
  });

  test('an administrator sees and changes that of others', async () => {
    await open('forwarding', admin);
    await user.click(await screen.findByRole('combobox', { name: 'Whose calls' }));
    await user.click(await screen.findByRole('option', { name: 'Siti · 1002' }));
    await user.click(await screen.findByRole('switch', { name: /Do not disturb/ }));
    expect(wishes()).toEqual([{ do_not_disturb: true, extension: '1002' }]);
    expect(network.asked.some(({ path }) => path.endsWith('?extension=1002'))).toBe(true);
  });

  test('what the server refuses is said, and nothing looks changed', async () => {
    network.answers['PATCH /api/v1/forwarding'] = () => Response.json({}, { status: 409 });
    await open('forwarding');
    await user.click(await screen.findByRole('switch', { name: /Do not disturb/ }));
    expect((await screen.findByTestId('trouble')).textContent).toContain(
      'cannot go to this number',
    );
    expect(screen.getByRole<HTMLInputElement>('switch').checked).toBe(false);
  });

  test('somebody who has left the house is shown by number', async () => {
    kept = { ...none, always: '1099' };
    await open('forwarding');
    const field = await screen.findByRole<HTMLInputElement>('combobox', { name: 'Always' });
    expect(field.value).toBe('1099');
  });

  test('says it in Indonesian', async () => {
    localStorage.setItem('dering.language', 'id');
    await open('forwarding');
    expect(await screen.findByRole('switch', { name: /Jangan ganggu/ })).toBeDefined();
    expect(screen.getByRole('heading', { name: 'Penerusan panggilan' })).toBeDefined();
  });
});
