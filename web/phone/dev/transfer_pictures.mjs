// SPDX-License-Identifier: Apache-2.0
// Pictures of sending somebody on; pictures.mjs draws them with its own.
import { show, signIn, somebody, talk } from './camera.mjs';

const readers = ['desktop', 'handset dark id'];

async function choose(page, query) {
  await page.getByTestId('transfer').click();
  await page.getByTestId('transfer-search').fill(query);
}
async function send(page, mock, statuses) {
  mock.control.sip.media = 'terminated;reason=desk-phone';
  mock.control.sip.transfer = statuses;
  await signIn(page);
  await talk(page, mock);
  await choose(page, 'dewi');
  await page.keyboard.press('Enter');
  await page.getByTestId('transfer-now').click();
}

await show('transfer-choose', {
  readers,
  steps: async ({ page, mock, see }) => {
    await signIn(page);
    await talk(page, mock);
    await page.keyboard.press('t');
    await see('transfer-to-1003');
    await page.waitForTimeout(500);
  },
});
await show('transfer-chosen', {
  readers,
  steps: async ({ page, mock, see }) => {
    await signIn(page);
    await talk(page, mock);
    await choose(page, 'dewi');
    await page.keyboard.press('Enter');
    await see('transfer-now');
    await page.waitForTimeout(500);
  },
});
await show('parked', {
  readers: ['desktop', 'desktop dark', 'handset dark id', 'handset'],
  steps: async ({ page, mock, see }) => {
    mock.control.sip.media = 'terminated;reason=desk-phone';
    mock.control.sip.transfer = [202, 100, 200];
    await signIn(page);
    await talk(page, mock);
    await page.getByTestId('more').click();
    await page.getByTestId('park').click();
    mock.control.api.park('1001', [
      { place: '71', extension: '1002', name: 'Siti Rahmawati' },
      { place: '72', extension: '', name: '' },
    ]);
    await page.mouse.move(200, 300);
    await see('take-71');
    await page.waitForTimeout(800);
  },
});
await show('parking-full', {
  readers,
  steps: async ({ page, mock, see }) => {
    mock.control.sip.transfer = [486];
    await signIn(page);
    await talk(page, mock);
    await page.getByTestId('more').click();
    await page.getByTestId('park').click();
    await page.mouse.move(200, 300);
    await see('transfer-note');
    await page.waitForTimeout(800);
  },
});
const stages = {
  'transfer-asked': [202, 100],
  'transfer-ringing': [202, 100, 180],
  'transfer-no-answer': [202, 100, 180, 408],
  'transfer-not-allowed': [403],
};
for (const [name, statuses] of Object.entries(stages)) {
  await show(name, {
    readers,
    steps: async ({ page, mock, see }) => {
      await send(page, mock, statuses);
      await see('transfer-note');
      await page.waitForTimeout(800);
    },
  });
}
await show('transfer-left', {
  readers,
  steps: async ({ page, mock, see }) => {
    await send(page, mock, [202, 100, 180]);
    await page.waitForTimeout(800);
    await page.getByTestId('hang-up').click();
    await see('outcome');
  },
});
await show('transfer-asking', {
  readers,
  steps: async ({ page, mock, see }) => {
    await signIn(page);
    const agus = await somebody(mock, 'agus');
    await talk(page, mock);
    await choose(page, 'agus');
    await page.keyboard.press('Enter');
    await page.getByTestId('transfer-ask').click();
    await agus.getByTestId('answer').click();
    await page.locator('[data-testid="call-state"][data-stage="connected"]').waitFor();
    await see('seal-open');
    await page.waitForTimeout(500);
  },
});
await show('transfer-done', {
  readers,
  steps: async ({ page, mock, see }) => {
    await send(page, mock, [202, 100, 180, 200]);
    await page.waitForTimeout(800);
    mock.control.sip.hangUp('1001', 'SIP;cause=200;text="transferred"');
    await see('outcome');
  },
});
await show('transfer-sent-by', {
  readers,
  steps: async ({ page, mock, see }) => {
    mock.control.sip.media = 'terminated;reason=desk-phone';
    await signIn(page);
    await talk(page, mock);
    mock.control.sip.identify('1001', '"Dewi Lestari" <sip:1004@dering>');
    await see('sent-by');
  },
});
