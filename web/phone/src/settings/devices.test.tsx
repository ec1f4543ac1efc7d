// SPDX-License-Identifier: Apache-2.0
import type { Device } from '@dering/api/types';
import { cleanup, screen, within } from '@testing-library/react';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import phoneFields from './phone_fields.json';
import phoneMakers from './phone_makers.json';
import { admin, FakeServer, open } from './testing';

const lobby: Device = {
  id: '7',
  name: 'Lobby',
  username: '1001-abcde',
  algorithm: 'MD5',
  renew: true,
  created_at: 1_800_000_000,
};
const server = {
  host: 'phone.example',
  port: 5060,
  tls_port: 5061,
  transports: ['udp', 'tcp', 'tls'],
  domain: 'dering',
};

let network: FakeServer;
const user = userEvent.setup();

beforeEach(() => {
  localStorage.setItem('dering.language', 'en');
  network = new FakeServer();
  network.answers['GET /api/v1/devices'] = () => Response.json({ devices: [lobby], server });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('the page of desk phones', () => {
  test('lists them, and says where one is when it opens', async () => {
    await open('devices');
    const row = await screen.findByTestId('device-7');
    expect(row.textContent).toContain('Lobby');
    expect(row.textContent).toContain('1001-abcde');
    expect(row.textContent).toContain('Desk phone or app');
    expect(screen.getByTestId('device-page').textContent).toContain('Browser');
    expect(document.activeElement?.textContent).toBe('Desk phones');
    expect(screen.queryByTestId('device-owner')).toBeNull();
  });

  test('marks those that should be made anew, and no others', async () => {
    const hall = { ...lobby, id: '8', name: 'Hall', algorithm: 'SHA-256', renew: false };
    network.answers['GET /api/v1/devices'] = () =>
      Response.json({ devices: [lobby, hall], server });
    await open('devices');
    expect((await screen.findByTestId('renew-7')).textContent).toMatch(/add it anew/);
    expect(screen.queryByTestId('renew-8')).toBeNull();
  });

  test('tells the codecs of a phone that has its own, and of no other', async () => {
    const hall = { ...lobby, id: '8', name: 'Hall', codecs: null };
    network.answers['GET /api/v1/devices'] = () =>
      Response.json({ devices: [{ ...lobby, codecs: ['pcma', 'g722'] }, hall], server });
    await open('devices');
    expect((await screen.findByTestId('codecs-7')).textContent).toContain('PCMA, G.722');
    expect(screen.queryByTestId('codecs-8')).toBeNull();
  });

  test('says that there is none, and what to do', async () => {
    network.answers['GET /api/v1/devices'] = () => Response.json({ devices: [], server });
    await open('devices');
    expect((await screen.findByTestId('devices-empty')).textContent).toContain('No desk phone yet');
  });

  test('speaks Indonesian', async () => {
    localStorage.setItem('dering.language', 'id');
    await open('devices');
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Telepon meja');
  });

  test('tells that it could not be loaded, and tries again', async () => {
    const works = network.answers['GET /api/v1/devices']!;
    network.answers['GET /api/v1/devices'] = () => new Response('', { status: 500 });
    await open('devices');
    await screen.findByTestId('trouble');
    network.answers['GET /api/v1/devices'] = works;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByTestId('device-7')).toBeTruthy();
  });

  test('offers no eleventh', async () => {
    const ten = Array.from({ length: 10 }, (_, i) => ({ ...lobby, id: String(i) }));
    network.answers['GET /api/v1/devices'] = () => Response.json({ devices: ten, server });
    await open('devices');
    expect(await screen.findByTestId('add-device')).toHaveProperty('disabled', true);
    expect(screen.getByText(/10 phones at most/)).toBeTruthy();
  });
});

describe('a new desk phone', () => {
  const secret = { ...lobby, id: '8', name: 'Gate', username: '1001-xyz', password: 'abc234' };

  async function fill(name: string) {
    await open('devices');
    await user.click(await screen.findByTestId('add-device'));
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Name' }));
    if (name !== '') await user.paste(name);
  }

  test('is shown with all that has to be typed into it, until the person has it', async () => {
    network.answers['POST /api/v1/devices'] = () => Response.json(secret, { status: 201 });
    await fill('  Gate ');
    await user.click(screen.getByTestId('create-device'));
    const card = await screen.findByTestId('created');
    expect(network.first('POST')?.body).toEqual({ name: 'Gate' });
    expect(document.activeElement?.textContent).toBe('“Gate” can now be set up');
    const shown = (field: string) => within(card).getByTestId(`value-${field}`).textContent;
    expect(phoneFields.map(({ field }) => shown(field))).toEqual([
      'phone.example',
      '5060',
      'UDP, TCP',
      '1001-xyz',
      '1001-xyz',
      'abc234',
      'dering',
    ]);
    expect(network.asked.at(-1)?.method).toBe('GET');
    await user.click(screen.getByTestId('created-done'));
    expect(document.body.textContent).not.toContain('abc234');
  });

  test('is shown in the words of the maker that is chosen', async () => {
    network.answers['POST /api/v1/devices'] = () => Response.json(secret, { status: 201 });
    await fill('Gate');
    await user.keyboard('{Enter}');
    const card = await screen.findByTestId('created');
    await user.selectOptions(screen.getByLabelText('Maker of the phone'), 'Grandstream');
    const pairs = [...card.querySelectorAll('dt')].map((label) => [
      label.textContent,
      label.nextElementSibling?.querySelector('code')?.textContent,
    ]);
    expect(pairs).toEqual([
      ['SIP Server', 'phone.example:5060'],
      ['SIP User ID', '1001-xyz'],
      ['Authenticate ID', '1001-xyz'],
      ['Authenticate Password', 'abc234'],
      ['SIP Transport', 'UDP, TCP'],
    ]);
    await user.selectOptions(screen.getByLabelText('Maker of the phone'), 'Another one');
    expect(card.querySelectorAll('dt')).toHaveLength(phoneFields.length);
  });

  test('is shown with the port of TLS where the connection shall be encrypted', async () => {
    network.answers['POST /api/v1/devices'] = () => Response.json(secret, { status: 201 });
    await fill('Gate');
    await user.keyboard('{Enter}');
    const card = await screen.findByTestId('created');
    const shown = (field: string) => within(card).getByTestId(`value-${field}`).textContent;
    expect(card.textContent).not.toContain('certificate');
    await user.selectOptions(screen.getByLabelText('Connection'), 'TLS (encrypted)');
    expect([shown('port'), shown('transport')]).toEqual(['5061', 'TLS']);
    expect(card.textContent).toContain('trust the certificate');
    await user.selectOptions(screen.getByLabelText('Maker of the phone'), 'Grandstream');
    expect(within(card).getByTestId('value-SIP Server').textContent).toBe('phone.example:5061');
    await user.selectOptions(screen.getByLabelText('Connection'), 'UDP or TCP');
    expect(within(card).getByTestId('value-SIP Server').textContent).toBe('phone.example:5060');
  });

  test('has server, user, authentication user and password for every maker, and nothing unfilled', async () => {
    const values = new Set(phoneFields.map(({ field }) => `{${field}}`));
    for (const { maker, fields } of phoneMakers) {
      const used = fields.flatMap(({ value }) => value.match(/\{\w+\}/g) ?? []);
      expect(
        [...used].filter((each) => !values.has(each)),
        maker,
      ).toEqual([]);
      for (const needed of ['{server}', '{port}', '{username}', '{authname}', '{password}'])
        expect(used, maker).toContain(needed);
    }
  });

  test('has the makers of docs/desk-phones.md, and their words', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/desk-phones.md'), 'utf8');
    for (const { maker, fields } of phoneMakers) {
      const row = page.split('\n').find((line) => line.startsWith(`| ${maker} |`));
      const words = fields.map(({ label, value }) => `${label}: ${value}`).join('; ');
      expect(row).toBe(`| ${maker} | ${words} |`);
    }
  });

  test('is copied by a click, and said so', async () => {
    network.answers['POST /api/v1/devices'] = () => Response.json(secret, { status: 201 });
    await fill('Gate');
    await user.keyboard('{Enter}');
    await screen.findByTestId('created');
    await user.click(screen.getByRole('button', { name: 'Copy: Password' }));
    expect(await navigator.clipboard.readText()).toBe('abc234');
    expect(screen.getByText('Copied: Password')).toBeTruthy();
  });

  test('is marked to be copied by hand where the clipboard is closed', async () => {
    network.answers['POST /api/v1/devices'] = () => Response.json(secret, { status: 201 });
    await fill('Gate');
    await user.keyboard('{Enter}');
    await screen.findByTestId('created');
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error());
    await user.click(screen.getByTestId('copy-password'));
    expect(screen.getByText('Press Ctrl C to copy it.')).toBeTruthy();
    expect(String(getSelection())).toBe('abc234');
  });

  test.each([
    ['', 'Give the phone a name.'],
    ['ä'.repeat(33), 'This name is too long.'],
  ])('called %o is not sent', async (name, sentence) => {
    await fill(name);
    await user.click(screen.getByTestId('create-device'));
    expect(screen.getByText(sentence)).toBeTruthy();
    expect(network.first('POST')).toBeUndefined();
  });

  test.each([
    [409, '10 phones at most'],
    [422, 'does not take this name'],
    [429, 'Too many changes'],
    [500, 'did not do it'],
  ])('that the server refuses with %i is explained', async (status, sentence) => {
    network.answers['POST /api/v1/devices'] = () => new Response('', { status });
    await fill('Gate');
    await user.keyboard('{Enter}');
    expect((await screen.findByTestId('trouble')).textContent).toContain(sentence);
    expect(screen.getByTestId('device-form')).toBeTruthy();
  });
});

describe('removing a desk phone', () => {
  test('is done after it was said what it means', async () => {
    network.answers['DELETE /api/v1/devices/7'] = () => new Response(null, { status: 204 });
    await open('devices');
    await user.click(await screen.findByRole('button', { name: 'Remove Lobby' }));
    const dialog = await screen.findByRole('dialog', { name: 'Remove “Lobby”?' });
    expect(dialog.textContent).toContain('password stops working at once');
    expect(network.first('DELETE')).toBeUndefined();
    network.answers['GET /api/v1/devices'] = () => Response.json({ devices: [], server });
    await user.click(screen.getByTestId('confirm-remove'));
    expect(await screen.findByTestId('devices-empty')).toBeTruthy();
  });

  test('can be thought better of', async () => {
    await open('devices');
    await user.click(await screen.findByTestId('remove-7'));
    await user.click(within(await screen.findByRole('dialog')).getByText('Cancel'));
    expect(network.first('DELETE')).toBeUndefined();
  });
});

describe('an administrator', () => {
  test('sees and changes the phones of somebody else', async () => {
    network.answers['POST /api/v1/devices'] = () =>
      Response.json({ ...lobby, id: '9', password: 'x' }, { status: 201 });
    network.answers['DELETE /api/v1/devices/7'] = () => new Response(null, { status: 204 });
    await open('devices', admin);
    const field = screen.getByRole('combobox', { name: 'Whose phones' });
    await user.clear(field);
    await user.type(field, 'law');
    await user.click(await screen.findByRole('option', { name: 'Siti · 1002' }));
    expect(await screen.findByText(/number 1002 of Siti/)).toBeTruthy();
    expect(network.asked.map(({ path }) => path)).toContain('/api/v1/devices?extension=1002');
    await screen.findByTestId('device-7');
    expect(screen.queryByTestId('device-page')).toBeNull();
    await user.click(await screen.findByTestId('add-device'));
    await user.keyboard('Gate{Enter}');
    await screen.findByTestId('created');
    expect(network.first('POST')?.body).toEqual({
      name: 'Gate',
      extension: '1002',
    });
    await user.click(screen.getByTestId('remove-7'));
    await user.click(await screen.findByTestId('confirm-remove'));
    await vi.waitFor(() =>
      expect(network.first('DELETE')?.path).toBe('/api/v1/devices/7?extension=1002'),
    );
  });
});
