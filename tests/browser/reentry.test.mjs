// A page that is loaded anew in a call comes back into it, with sound, and for the other side it is the same call.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { connect, openChromium } from '../support/page.mjs';
import { api, signIn } from '../support/sign_in.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { siti: 440, budi: 620 };
const minute = { timeout: 120_000 };
let dering, siti, budi, accounts;
const test = witnessedBy(() => ({ dering, phones: { siti, budi } }));

before(async () => {
  dering = await startDering();
  accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' }),
  };
  [siti, budi] = await Promise.all(Object.values(tones).map((tone) => openChromium({ tone })));
  await siti.signIn(dering.http, accounts.siti);
  await budi.signIn(dering.http, accounts.budi);
  await siti.sees('1002', 'available', 30);
});
afterEach(async () => {
  await Promise.all([siti, budi].map((phone) => phone.rest()));
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
});
after(async () => {
  await Promise.all([siti, budi].map((phone) => phone?.browser.close()));
  await dering?.stop();
});

async function talk() {
  await connect(siti, budi, '1002');
  await bothHear();
}
async function bothHear() {
  await siti.hears(tones.budi, 30);
  await budi.hears(tones.siti, 30);
}
const isBack = (phone) => phone.find('[data-testid="call-state"][data-stage="connected"]', 30);

test('a page that is loaded anew is back in its call, and both hear each other', minute, async () => {
  await talk();
  const ended = async () => (await budi.has('outcome')) || (await siti.has('outcome'));
  await siti.page.reload();
  await isBack(siti);
  await bothHear();
  await siti.click('mute');
  await siti.says('muted', /\S/);
  await budi.page.reload();
  await isBack(budi);
  await budi.hears(0, 30);
  await siti.click('mute');
  await bothHear();
  assert.equal(await ended(), false);
  await siti.click('hang-up');
  await budi.ends('answered');
  const { access_token: token } = await signIn(dering.http, accounts.budi);
  const { body } = await api(dering.http, '/api/v1/calls?limit=5', token);
  assert.equal(body.calls.length, 1, 'it is one call');
  assert.deepEqual(
    body.calls[0].stays.map(({ person, why }) => `${person.extension} ${why}`),
    ['1001 placed', '1002 rung', '1001 went_on', '1002 went_on'],
  );
});
