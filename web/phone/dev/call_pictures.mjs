// SPDX-License-Identifier: Apache-2.0
// Pictures of calls, of two at once, and of how they end; pictures.mjs draws them with its own.
import { interrupt, show, signIn, somebody, talk } from './camera.mjs';

const all = ['desktop', 'handset', 'desktop dark', 'handset light id'];

// How a call ends when it does not end well.
const endings = {
  'ended-no-microphone': '480 Gone | Reason: SIP;cause=480;text="no_microphone"\r\n',
  'ended-unavailable': '480 Gone | Reason: SIP;cause=480;text="unavailable"\r\n',
  'ended-refused': '403 No | Reason: SIP;cause=403;text="refused"\r\n',
  'ended-no-response': 'silence',
};
for (const [name, refusal] of Object.entries(endings)) {
  await show(name, {
    readers: all,
    steps: async ({ page, mock, see }) => {
      mock.control.sip.refusal = refusal;
      await signIn(page);
      await page.getByTestId('search').fill('1002');
      await page.keyboard.press('Enter');
      await see('outcome');
    },
  });
}
await show('recent-reasons', {
  readers: all,
  steps: async ({ page, mock, see }) => {
    const both = ['unavailable', 'refused', 'busy', 'declined', 'offline', 'no_microphone'];
    const call = (caller, callee) => (outcome, index) => ({
      id: `${caller}-${outcome}`,
      caller,
      callee,
      started_at: Math.floor(Date.now() / 1000) - 4_000 * (index + 1),
      duration_ms: -1,
      outcome,
    });
    mock.control.api.calls.push(
      ...[...both, 'no_answer', 'incompatible'].map(call('1001', '1002')),
      ...[...both, 'cancelled', 'elsewhere'].map(call('1003', '1001')),
      { ...call('1001', '1004')('lost', 0), duration_ms: 61_000 },
      { ...call('1003', '1001')('transferred', 0), duration_ms: 61_000, transferred: true },
      { ...call('1001', '1004')('answered', 0), duration_ms: 125_000, transferred: true },
    );
    await signIn(page);
    await page.locator('[data-testid="tabs"] label').nth(1).click();
    await see('recent');
  },
});

// A call, and two of them.
await show('call-sealed', {
  readers: all,
  steps: async ({ page, mock, see }) => {
    await signIn(page);
    await talk(page, mock);
    await see('seal-open');
  },
});
const media = {
  'call-desk-phone': 'terminated;reason=desk-phone',
  'call-terminated': 'terminated;reason=recording',
  'call-unknown': null,
};
for (const [name, said] of Object.entries(media)) {
  await show(name, {
    readers: all,
    steps: async ({ page, mock, see }) => {
      mock.control.sip.media = said;
      await signIn(page);
      await talk(page, mock);
      await see('seal');
    },
  });
}
await show('call-held', {
  readers: all,
  steps: async ({ page, mock, see }) => {
    await signIn(page);
    await talk(page, mock);
    await page.getByTestId('hold').click();
    await see('resume');
    await page.mouse.move(0, 0);
    await page.waitForTimeout(500);
  },
});
await show('call-held-by', {
  readers: all,
  steps: async ({ page, mock, see }) => {
    await signIn(page);
    const siti = await talk(page, mock);
    await siti.getByTestId('hold').click();
    await see('held-by');
  },
});
await show('call-weak', {
  readers: all,
  steps: async ({ page, mock, see }) => {
    await signIn(page);
    await page.evaluate(() => {
      const real = RTCPeerConnection.prototype.getStats;
      RTCPeerConnection.prototype.getStats = async function () {
        const rows = [...(await real.call(this))].filter(
          ([, row]) => row.type !== 'remote-inbound-rtp',
        );
        const told = { type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.2 };
        return new Map([...rows, ['told', told]]);
      };
    });
    await talk(page, mock);
    await see('weak');
  },
});
await show('call-waiting', {
  readers: all,
  steps: async ({ page, mock, see }) => {
    await signIn(page);
    await talk(page, mock);
    await interrupt(page, mock);
    await see('seal-open');
  },
});
await show('call-two', {
  readers: all,
  steps: async ({ page, mock, see }) => {
    await signIn(page);
    await talk(page, mock);
    await interrupt(page, mock);
    await page.getByTestId('waiting-answer').click();
    await see('swap');
    await see('seal-open');
  },
});
await show('call-two-one-ended', {
  readers: all,
  steps: async ({ page, mock, see }) => {
    await signIn(page);
    await talk(page, mock);
    const agus = await interrupt(page, mock);
    await page.getByTestId('waiting-answer').click();
    await see('swap');
    await agus.getByTestId('hang-up').click();
    await see('resume');
  },
});
await show('call-withheld', {
  readers: all,
  steps: async ({ page, mock, see }) => {
    mock.control.sip.caller = '"Anonymous" <sip:anonymous@anonymous.invalid>';
    await signIn(page, 'siti');
    const budi = await somebody(mock, 'budi');
    await budi.getByTestId('person-1002').click();
    await budi.getByTestId('call').click();
    await see('incoming');
  },
});
