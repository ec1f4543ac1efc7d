// How long a person hears nothing when their sealed call becomes one that the server hears, because they are sent
// on: from the last of the old far end's tone to the first sound of the new one, as it leaves their loudspeaker.
// The medians are in docs/decisions/0012; what is more than half above them is a fault. Runs in a network
// namespace: `npm run gap`; DERING_PRINT=1 tells each round.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { BaresipPhone } from '../interop/phones/baresip.mjs';
import { power } from '../interop/sound.mjs';
import { Tape } from '../interop/tape.mjs';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { connect, openChromium, openFirefox } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const address = networkInterfaces().phone0?.find(({ family }) => family === 'IPv4')?.address;
const rounds = 5;
const tones = { siti: 440, budi: 620, tuti: 1100 };
/** Milliseconds: the medians that were measured, and half of them. */
const limits = { Chromium: 220 * 1.5, Firefox: 140 * 1.5 };
const phones = {};
const accounts = {};
let dering, desk, folder, origin;
const test = witnessedBy(() => ({ dering, phones }));

before(async () => {
  assert.ok(address, 'this test belongs into a namespace of its own: run it by "npm run gap"');
  folder = await mkdtemp(join(tmpdir(), 'dering-gap-'));
  dering = await startDering({ address, config: 'new_calls_per_minute = 1000\n' });
  origin = `https://${address}:${dering.ports.https}`;
  for (const [person, extension] of [['siti', '1001'], ['budi', '1002'], ['tuti', '1003']]) {
    accounts[person] = await dering.addAccount(person, { extension, name: person });
  }
  phones.siti = await openChromium({ tone: tones.siti });
  await phones.siti.signIn(origin, accounts.siti);
  const device = await dering.addDevice('tuti', 'tuti-desk', 'tuti-desk-secret');
  const fields = { username: device.username, authname: device.username, password: device.password, domain: 'dering', server: address, address, port: dering.ports.sip };
  desk = await BaresipPhone.start(fields, { transport: 'udp', tone: tones.tuti });
  await until(() => /200 OK/.test(desk.log), 20, 'the desk phone did not register');
});
after(async () => {
  await Promise.all(Object.values(phones).map((phone) => phone.browser.close()));
  await desk?.stop();
  await dering?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What is heard in each ten milliseconds: how loud it is, and how much of each tone is in it. */
function looksAt({ rate, samples }) {
  const [step, width] = [rate / 100, rate / 50];
  const looks = [];
  for (let at = 0; at + width <= samples.length; at += step) {
    const sound = { rate, samples: samples.subarray(at, at + width) };
    const loud = sound.samples.reduce((sum, sample) => sum + sample * sample, 0) / width;
    looks.push({ loud, old: power(sound, tones.siti), new: power(sound, tones.tuti) });
  }
  return looks;
}
const audible = 1e-5; // -50 dB
/** A tone and nothing beside it has twice its mean square; music has notes of all kinds. */
const isPure = (tone, { loud }) => loud > audible && tone > 1.5 * loud;

/** Milliseconds of silence after the last of the old tone, and until the first of the new one. */
function gapIn(sound) {
  const looks = looksAt(sound);
  const fresh = looks.findIndex((look) => isPure(look.new, look));
  assert.ok(fresh > 0, 'the new far end is not heard');
  const last = looks.slice(0, fresh).findLastIndex((look) => isPure(look.old, look));
  assert.ok(last >= 0, 'the old far end is not heard');
  const silent = looks.slice(last, fresh).filter(({ loud }) => loud < audible).length;
  return { silence: silent * 10, until: (fresh - last) * 10 };
}

async function round(tape) {
  const { siti, budi } = phones;
  desk.forget();
  await connect(siti, budi, '1002');
  await budi.hears(tones.siti);
  await siti.click('transfer');
  await siti.type('[data-testid="transfer-search"]', '1003');
  await siti.page.keyboard.press('Enter');
  const recording = tape.record(6000);
  await siti.click('transfer-now');
  await until(() => desk.isRinging, 15, 'the desk phone does not ring');
  desk.answer();
  const gap = gapIn(await recording);
  await budi.rest();
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
  return gap;
}

const median = (values) => values.toSorted((one, other) => one - other)[values.length >> 1];

for (const [browser, open] of [['Chromium', openChromium], ['Firefox', openFirefox]]) {
  test(`who is sent on in ${browser} hears the server after no longer than was measured, and half of it`, { timeout: 180_000 }, async () => {
    const tape = await Tape.start(await mkdtemp(join(folder, 'tape-')));
    try {
      phones.budi = await open({ tone: tones.budi, loudspeaker: tape });
      await phones.budi.signIn(origin, accounts.budi);
      const gaps = [];
      for (let i = 0; i < rounds; ++i) gaps.push(await round(tape));
      const silence = median(gaps.map((gap) => gap.silence));
      if (process.env.DERING_PRINT) {
        console.log(`${browser}: silent for ${gaps.map((gap) => gap.silence)} ms, median ${silence}; the new far end after ${gaps.map((gap) => gap.until)}`);
      }
      assert.ok(silence <= limits[browser], `${silence} ms of silence, of ${limits[browser]}`);
    } finally {
      await phones.budi?.browser.close();
      delete phones.budi;
      tape.stop();
    }
  });
}
