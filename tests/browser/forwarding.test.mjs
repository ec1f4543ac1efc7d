// Three pages: one says where its calls go, the others see it, call, and hear each other, sealed as ever.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { openChromium } from '../support/page.mjs';
import { api, signIn } from '../support/sign_in.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { siti: 440, budi: 620, ayu: 1000 };
const minute = { timeout: 90_000 };
let dering, siti, budi, ayu, accounts;
const test = witnessedBy(() => ({ dering, phones: { siti, budi, ayu } }));

before(async () => {
  dering = await startDering();
  accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati', unit: 'Teknik' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso', unit: 'Teknik' }),
    ayu: await dering.addAccount('ayu', { extension: '1003', name: 'Ayu Wulandari', unit: 'Teknik' }),
  };
  [siti, budi, ayu] = await Promise.all(Object.values(tones).map((tone) => openChromium({ tone })));
  await siti.signIn(dering.http, accounts.siti);
  await budi.signIn(dering.http, accounts.budi);
  await ayu.signIn(dering.http, accounts.ayu);
});
afterEach(async () => {
  for (const phone of [siti, budi, ayu]) await phone.rest();
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
  await forward({ always: null, busy: null, no_answer: null, unreachable: null, ring_seconds: 20, do_not_disturb: false });
  await told(/^$/);
});
after(async () => {
  await Promise.all([siti, budi, ayu].map((phone) => phone?.browser.close()));
  await dering?.stop();
});

/** As another page of Budi's does it. */
async function forward(change) {
  const { access_token: token } = await signIn(dering.http, accounts.budi);
  const { status } = await api(dering.http, '/api/v1/forwarding', token, { method: 'PATCH', body: change });
  assert.equal(status, 200);
}
const told = (pattern) => budi.says('forwarding', pattern);

test('chosen on the page: the other one rings at once and sees for whom, and all is sealed', minute, async () => {
  await budi.click('account');
  await budi.click('open-forwarding');
  await budi.type('[data-testid="target-always"]', 'ayu');
  await budi.page.keyboard.press('Enter');
  await told(/Your calls go to Ayu Wulandari\./);
  await siti.call('1002');
  await ayu.says('incoming', /Siti Rahmawati/);
  await ayu.says('incoming-sent', /For Budi Santoso/);
  await ayu.click('answer');
  await siti.hears(tones.ayu);
  await ayu.hears(tones.siti);
  await siti.says('seal', /End-to-end encrypted/);
  await siti.rest();
  await budi.click('forwarding-off');
  await told(/^$/);
});

test('a code that is dialled is heard to be done, and seen at once', minute, async () => {
  await budi.dial('*78');
  await budi.hears(425);
  await told(/Do not disturb is on/);
  await budi.ends('answered');
  await siti.sees('1002', 'do_not_disturb');
  await siti.call('1002');
  await siti.ends('do_not_disturb');
});

test('a code that cannot be taken ends with words', minute, async () => {
  await budi.dial('*721002');
  await budi.ends('self_call');
});

test('a call that is not answered goes on, and is no missed call', minute, async () => {
  await forward({ no_answer: '1003', ring_seconds: 5 });
  await told(/When you do not answer, calls go to Ayu Wulandari/);
  await siti.call('1002');
  await budi.says('incoming', /Siti Rahmawati/);
  await ayu.says('incoming-sent', /For Budi Santoso/, 20);
  await budi.ends('forwarded');
  await ayu.click('answer');
  await siti.hears(tones.ayu);
  await siti.rest();
  await until(async () => {
    const { access_token: token } = await signIn(dering.http, accounts.budi);
    const [call] = (await api(dering.http, '/api/v1/calls', token)).body.calls;
    return call.outcome === 'forwarded' && call.forwarded_to.extension === '1003';
  }, 20, 'the history does not say so');
});

test('two who forward to each other end the call with words', minute, async () => {
  await forward({ always: '1003' });
  const { access_token: token } = await signIn(dering.http, accounts.ayu);
  const change = (always) => api(dering.http, '/api/v1/forwarding', token, { method: 'PATCH', body: { always } });
  await change('1002');
  await siti.call('1002');
  await siti.ends('forwarding_loop');
  await change(null);
});
