// SPDX-License-Identifier: Apache-2.0
// Pictures of the page in states that are hard to come by, and what axe-core says about each:
//   npm run build && node phone/dev/pictures.mjs FOLDER [NAME…]
// Exits with 1 when axe-core finds something, or when the page breaks its own Content-Security-Policy.
import {
  addPhone,
  finish,
  menu,
  seedDevices,
  seedRefusals,
  show,
  signIn,
  talk,
} from './camera.mjs';

const two = { issuers: ['built-in', 'university'] };
const all = ['desktop', 'handset', 'desktop dark', 'handset light id'];

await show('sign-in-two', {
  mock: two,
  readers: all,
  steps: ({ see }) => see('sign-in'),
});
await show('sign-in-three', {
  mock: { issuers: ['built-in', 'university', 'faculty'] },
  steps: ({ see }) => see('sign-in'),
});
await show('issuer-down', {
  mock: { issuers: ['built-in', 'university', 'faculty'] },
  readers: ['desktop', 'handset dark id'],
  steps: async ({ page, see }) => {
    await page.getByText(/Fakultas Teknik/).click();
    await see('retry');
  },
});
await show('signed-out', {
  mock: two,
  readers: all,
  steps: async ({ page, mock, see }) => {
    await signIn(page);
    mock.control.end('budi');
    await page.locator('[data-notice="ended"]').waitFor();
    await see('sign-in');
  },
});
await show('ended-in-call', {
  mock: two,
  readers: ['desktop', 'handset dark id'],
  steps: async ({ page, mock }) => {
    await signIn(page);
    await talk(page, mock);
    mock.control.end('budi');
    await page.locator('[data-standing="ended"]').waitFor();
  },
});
await show('issuer-down-in-call', {
  mock: { ...two, tokenSeconds: 12 },
  steps: async ({ page, mock }) => {
    await signIn(page);
    await talk(page, mock);
    mock.control.sso.isDown = true;
    await page.locator('[data-standing="unreachable"]').waitFor();
  },
});
await show('framed', {
  mock: two,
  at: 'portal',
  readers: ['desktop', 'desktop dark id'],
  steps: ({ page }) => page.frameLocator('iframe').getByTestId('open-window').waitFor(),
});
await show('devices-empty', {
  readers: all,
  steps: async ({ page, see }) => {
    await signIn(page, 'siti');
    await menu(page, 'open-devices');
    await see('devices-empty');
  },
});
await show('devices-form', {
  readers: ['desktop', 'handset light id'],
  steps: async ({ page, see }) => {
    await signIn(page);
    await menu(page, 'open-devices');
    await page.getByTestId('add-device').click();
    await see('device-form');
    await page.getByTestId('create-device').click();
  },
});
for (const maker of ['', 'Cisco SPA, Linksys']) {
  await show(maker === '' ? 'devices-created' : 'devices-created-maker', {
    readers: all,
    steps: async ({ page, see }) => {
      await signIn(page);
      await menu(page, 'open-devices');
      await addPhone(page, 'Reading room, second floor');
      await see('created');
      await page.getByTestId('maker').selectOption(maker);
      await page.getByTestId(`copy-${maker === '' ? 'password' : 'Password'}`).click();
    },
  });
}
await show('devices-list', {
  readers: all,
  steps: async ({ page, mock }) => {
    seedDevices(mock);
    await signIn(page);
    await menu(page, 'open-devices');
    await page.getByText('Reading room').waitFor();
  },
});
for (const [name, change] of Object.entries({
  'forwarding-none': {},
  'forwarding-always': { always: '1003', no_answer: '1004', ring_seconds: 30 },
  'forwarding-quiet': { do_not_disturb: true },
})) {
  await show(name, {
    readers: all,
    steps: async ({ page, mock, see }) => {
      mock.control.api.forward('1002', change);
      await signIn(page, 'siti');
      await menu(page, 'open-forwarding');
      await see('forward-unreachable');
    },
  });
}
await show('forwarding-told', {
  readers: ['desktop', 'handset dark id'],
  steps: async ({ page, mock }) => {
    await signIn(page, 'siti');
    mock.control.presence.set('1004', 'do_not_disturb');
    mock.control.api.forward('1002', { busy: '1003', unreachable: '1004' });
    await page.locator('[data-testid="forwarding"][data-shown="some"]').waitFor();
  },
});
await show('devices-refused', {
  readers: all,
  steps: async ({ page, mock, see }) => {
    seedDevices(mock);
    seedRefusals(mock);
    await signIn(page);
    await menu(page, 'open-devices');
    await see('refusals');
    await page.getByTestId('refusals').scrollIntoViewIfNeeded();
  },
});
await show('devices-full', {
  steps: async ({ page, mock, see }) => {
    seedDevices(mock, 10);
    await signIn(page);
    await menu(page, 'open-devices');
    await see('devices');
  },
});
await show('devices-remove', {
  readers: ['desktop', 'handset dark id'],
  steps: async ({ page, mock, see }) => {
    seedDevices(mock);
    await signIn(page);
    await menu(page, 'open-devices');
    await page.getByTestId('remove-1').click();
    await see('confirm-remove');
    await page.waitForTimeout(400);
  },
});
await show('devices-owner', {
  mock: { people: 5_000 },
  steps: async ({ page }) => {
    await signIn(page);
    await menu(page, 'open-devices');
    await page.getByRole('combobox').fill('dewi');
    await page.getByRole('option').first().waitFor();
    await page.waitForTimeout(400);
  },
});
await show('sync', {
  mock: two,
  readers: all,
  steps: async ({ page, mock, see }) => {
    Object.assign(mock.control.api.syncs[0], {
      added: 4812,
      changed: 3,
      unchanged: 183,
      disabled: 2,
    });
    Object.assign(mock.control.api.syncs[0], { finished_at: Math.floor(Date.now() / 1000) - 300 });
    await signIn(page);
    await menu(page, 'open-sync');
    await see('sync-card');
  },
});
await show('sync-running', {
  mock: two,
  readers: ['desktop', 'handset dark id'],
  steps: async ({ page }) => {
    await signIn(page);
    await menu(page, 'open-sync');
    await page.getByTestId('sync-now').click();
    await page.locator('[data-testid="sync-card"][data-state="running"]').waitFor();
  },
});
await show('sync-failed', {
  mock: two,
  readers: ['desktop', 'handset dark id'],
  steps: async ({ page, mock, see }) => {
    Object.assign(mock.control.api.syncs[0], {
      state: 'failed',
      added: 4812,
      finished_at: Math.floor(Date.now() / 1000) - 90_000,
      error: '3,122 of 4,997 people are missing from the list; nothing was changed.',
    });
    await signIn(page);
    await menu(page, 'open-sync');
    await see('sync-error');
  },
});
await show('sync-none', {
  steps: async ({ page, see }) => {
    await signIn(page);
    await menu(page, 'open-sync');
    await see('sync-empty');
  },
});
await show('menu', {
  readers: ['desktop', 'handset dark id'],
  steps: async ({ page, see }) => {
    await signIn(page);
    await page.getByTestId('account').click();
    await see('open-sync');
    await page.waitForTimeout(400);
  },
});
await show('people-5000', {
  mock: { people: 5_000 },
  readers: all,
  steps: async ({ page, see }) => {
    await signIn(page);
    await see('people');
    await page.locator('[aria-posinset="1"]').waitFor();
  },
});
await show('people-5000-search', {
  mock: { people: 5_000 },
  readers: ['desktop', 'handset dark id'],
  steps: async ({ page }) => {
    await signIn(page);
    await page.getByTestId('search').fill('sari law');
    await page
      .getByText(/^Sari /)
      .first()
      .waitFor();
  },
});
await show('people-5000-end', {
  mock: { people: 5_000 },
  steps: async ({ page }) => {
    await signIn(page);
    await page.getByTestId('search').press('ArrowDown');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await page.locator('[aria-posinset="4998"]').waitFor();
  },
});

await import('./call_pictures.mjs');
await import('./transfer_pictures.mjs');
const refusal = 'This server is not set up to be reached as https://other.example.';
await show('refused', {
  readers: all,
  steps: async ({ page, mock }) => {
    mock.control.web.refusal = refusal;
    await page.reload();
    await page.getByText(refusal).waitFor();
  },
});
await show('refused-connection', {
  readers: ['desktop', 'handset dark id'],
  steps: async ({ page, mock }) => {
    Object.assign(mock.control.web, { refusal, refused: '' });
    mock.control.sip.isClosed = true;
    await page.getByTestId('sign-in').click();
    await page.locator('#budi').click();
    await page.getByText(refusal).waitFor({ timeout: 30_000 });
  },
});

await finish();
