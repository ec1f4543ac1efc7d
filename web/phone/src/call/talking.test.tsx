// SPDX-License-Identifier: Apache-2.0
import { unknownReach, type Reach } from '@dering/sip/reach';
import type { Ended, Phone, RingingIn, Talking } from '@dering/sip/state';
import { cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startLanguages } from '../i18n';
import { draw } from '../testing/draw';
import { talking } from '../testing/talking';
import { CallBar } from './call_bar';
import { CallPage } from './call_page';
import { announcement } from './call_text';
import { SealCard } from './seal_card';

beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(cleanup);

describe('the seal', () => {
  const text = () => screen.getByTestId('seal').textContent;
  const desk: Reach = { kind: 'terminated', reason: 'desk-phone' };

  test('shows words to compare and both fingerprints', async () => {
    await draw(<SealCard call={talking} />);
    expect(text()).toContain('End-to-end encrypted');
    expect(screen.getByTestId('seal-words').children).toHaveLength(5);
    expect(screen.getByTestId('fingerprint-remote').textContent).toBe('BB');
  });

  test('claims no end-to-end encryption when the server itself answers', async () => {
    await draw(<SealCard call={{ ...talking, party: { number: '*43', name: '' } }} />);
    expect(text()).toContain('Encrypted to the server');
    expect(screen.queryByTestId('seal-words')).toBeNull();
  });

  test('says why it ends at the server, for who calls and for who is called', async () => {
    await draw(<SealCard call={{ ...talking, reach: desk }} />);
    expect(text()).toContain('Encrypted to the server only');
    expect(text()).toContain('Siti answered on a desk phone');
    expect(text()).not.toContain('End-to-end');
    expect(screen.queryByTestId('seal-words')).toBeNull();
    cleanup();
    await draw(<SealCard call={{ ...talking, direction: 'in', reach: desk }} />);
    expect(text()).toContain('Siti is on a desk phone');
  });

  test('of a call to a desk phone needs no fingerprint to say so', async () => {
    await draw(<SealCard call={{ ...talking, seal: null, reach: desk }} />);
    expect(text()).toContain('Siti answered on a desk phone');
  });

  test('claims only what is known while the server says nothing of it', async () => {
    await draw(<SealCard call={{ ...talking, reach: unknownReach }} />);
    expect(text()).toContain('Encrypted');
    expect(text()).not.toContain('End-to-end');
    expect(screen.getByTestId('seal-words').children).toHaveLength(5);
  });

  test('claims nothing before it knows', async () => {
    await draw(<SealCard call={{ ...talking, seal: null }} />);
    expect(screen.queryByTestId('seal')).toBeNull();
  });

  test.each([unknownReach, desk])('the bar has a lock for sealed calls only: %o', async (reach) => {
    const bar = (call: Talking) => (
      <CallBar
        call={call}
        isBelowPage={false}
        keypadOpen={false}
        onKeypad={() => {}}
        onTransfer={undefined}
        onShow={() => {}}
      />
    );
    await draw(bar({ ...talking, reach }));
    expect(screen.getByTestId('call-bar').textContent).not.toContain('End-to-end');
    cleanup();
    await draw(bar(talking));
    expect(screen.getByTestId('call-bar').textContent).toContain('End-to-end encrypted');
  });
});

describe('the page of a call', () => {
  const tune = { isOn: true, toggle: () => {} };
  const page = (call: Talking) => (
    <CallPage call={call} keypadOpen={false} onKey={() => {}} tune={tune} />
  );

  test('on hold offers to go on, and says so', async () => {
    await draw(page({ ...talking, hold: 'us' }));
    expect(screen.getByTestId('call-page').textContent).toContain('On hold');
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Resume' }));
    expect(screen.queryByTestId('held-by')).toBeNull();
  });

  test('tells who put the person on hold, and lets them turn the music off', async () => {
    await draw(page({ ...talking, hold: 'them' }));
    expect(screen.getByTestId('held-by').textContent).toBe('Siti put you on hold');
    expect(screen.getByRole('button', { name: 'Turn the music off' })).toBeTruthy();
    expect(screen.queryByTestId('resume')).toBeNull();
  });

  test('offers no music of its own where the server plays it', async () => {
    const reach = { kind: 'terminated', reason: 'desk-phone' } as const;
    await draw(page({ ...talking, hold: 'them', reach }));
    expect(screen.getByTestId('held-by')).toBeTruthy();
    expect(screen.queryByTestId('tune')).toBeNull();
  });

  test.each([
    ['ours', 'Your line is weak'],
    ['theirs', 'Their line is weak'],
  ] as const)('says that a line is weak: %s', async (weakness, words) => {
    await draw(page({ ...talking, weakness }));
    expect(screen.getByTestId('weak').textContent).toBe(words);
  });

  test('says that a line is fair, by two bars of three, and nowhere else', async () => {
    await draw(page({ ...talking, weakness: 'slight' }));
    expect(screen.getByTestId('quality').textContent).toBe('Fair line');
    expect(screen.getByTestId('quality').querySelectorAll('[data-full]')).toHaveLength(2);
    expect(screen.queryByTestId('weak')).toBeNull();
    expect(screen.getByTestId('call-state').textContent).toBe('Connected');
  });
});

describe('what a screen reader is told', () => {
  const idle: Phone = { link: 'ready', call: talking, other: null, over: null };
  const said = async (phone: Phone) => announcement(phone, (await startLanguages()).t);

  test('names who waits, who holds, and whose line is weak', async () => {
    const waiting: RingingIn = {
      kind: 'ringing-in',
      id: 'in',
      party: { number: '1003', name: 'Budi' },
      direction: 'in',
      reach: unknownReach,
      stage: 'ringing',
      sent: null,
    };
    expect(await said({ ...idle, other: waiting })).toContain('Budi is calling while you talk');
    expect(await said({ ...idle, call: { ...talking, hold: 'them' } })).toContain(
      'Siti put you on hold',
    );
    expect(await said({ ...idle, call: { ...talking, weakness: 'ours' } })).toContain(
      'Your line is weak',
    );
  });

  test('names with whom a call was that ended, and how long it was, in both languages', async () => {
    const over: Ended = {
      kind: 'ended',
      id: 'b',
      party: { number: '1003', name: 'Budi Santoso' },
      direction: 'out',
      outcome: 'answered',
      duration: 192_400,
      transfer: null,
      note: null,
    };
    const ended = { ...idle, call: null, over };
    expect(await said(ended)).toBe('Call with Budi Santoso ended after 3 minutes 12 seconds');
    expect(await said({ ...ended, over: { ...over, duration: 3_661_000 } })).toContain(
      '1 hour 1 minute 1 second',
    );
    const lost = { ...over, outcome: 'lost' as const, duration: 61_000 };
    expect(await said({ ...ended, over: lost })).toMatch(/^Budi Santoso: .*for 1 minute 1 second$/);
    const missed = { ...over, outcome: 'missed' as const, duration: 0 };
    expect(await said({ ...ended, over: missed })).toMatch(/^Budi Santoso: Missed call/);
    localStorage.setItem('dering.language', 'id');
    expect(await said(ended)).toBe(
      'Panggilan dengan Budi Santoso berakhir setelah 3 menit 12 detik',
    );
  });

  test('names the call that ended, and the one that is left', async () => {
    const over: Ended = {
      kind: 'ended',
      id: 'b',
      party: { number: '1003', name: 'Budi' },
      direction: 'in',
      outcome: 'answered',
      duration: 1000,
      transfer: null,
      note: null,
    };
    const text = await said({ ...idle, call: { ...talking, hold: 'us' }, over });
    expect(text).toMatch(/^Call with Budi ended after .*\. On hold: Siti/);
  });
});
