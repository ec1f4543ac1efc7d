// The media engine is killed under a call of real phones, and they hear each other again on the next one.
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { kinds } from './kinds.mjs';
import { loudest } from './sound.mjs';

const address = networkInterfaces().phone0?.find(({ family }) => family === 'IPv4')?.address;
const calls = [
  ['baresip, UDP', 'baresip, TLS and SRTP'],
  ['Chromium', 'baresip, UDP'],
  ['Firefox', 'baresip, UDP'],
  ['Chromium', 'Chromium'],
];
const engines = { 'the same ports': { port: 10_000, rtp: '20000-20199' }, 'other ports': { port: 0, rtp: '0-199' } };

async function heard(phone) {
  const sound = await phone.listen();
  return sound.hertz ?? loudest(sound);
}
const hears = (phone, tone) => until(async () => Math.abs((await heard(phone)) - tone) <= 15, 25, `${phone.name} does not hear ${tone} Hz`);
const hearEachOther = ([a, b]) => Promise.all([hears(a, b.tone), hears(b, a.tone)]);

before(() => {
  assert.ok(address, 'this test belongs into a namespace of its own: run it by "npm run interop"');
});

/** Registered, with a tone of its own in the microphone. */
async function start(kind, number, dering) {
  const account = await dering.addAccount(`p${number}`, { extension: `10${10 + number}` });
  const { username, password } = await dering.addDevice(`p${number}`, `desk${number}`, `desk-secret-${number}`);
  const fieldsOf = (_, transport) => ({
    ...{ username, authname: username, password, domain: 'dering', server: address, address },
    port: transport === 'tls' ? dering.ports.sip_tls : dering.ports.sip,
  });
  const origin = `https://${address}:${dering.ports.https}`;
  const tone = 440 + 180 * number;
  const phone = await kind.start({ origin, fieldsOf, authority: join(dering.data, 'ca.crt') }, { account, tone });
  return Object.assign(phone, { name: kind.name, tone });
}

for (const [which, engine] of Object.entries(engines)) {
  for (const names of calls) {
    const pair = names.map((name) => kinds.find((kind) => kind.name === name));
    const skip = pair.map((kind) => kind.skip).find(Boolean) ?? false;
    // Two pages share their keys with each other alone: nobody else can tell them of another port.
    if (which === 'other ports' && names.every((name) => name === 'Chromium')) continue;
    test(`${names.join(' and ')} hear each other again on an engine with ${which}`, { timeout: 120_000, skip }, async (t) => {
      const dering = await startDering({ address, engine });
      const phones = [];
      t.after(async () => {
        await Promise.allSettled(phones.map((phone) => phone.stop()));
        await dering.stop();
      });
      for (const [number, kind] of pair.entries()) phones.push(await start(kind, number, dering));
      await until(async () => (await dering.status()).bindings >= 2, 30, 'not both have registered');
      await phones[0].call('1011');
      await until(() => phones[1].isRinging, 15, 'does not ring');
      await phones[1].answer();
      await hearEachOther(phones);
      const readies = () => dering.log.join('').match(/media engine ready/g).length;
      const known = readies();
      await dering.killEngine();
      await until(() => readies() > known, 10, 'no engine came');
      await hearEachOther(phones).catch((error) => {
        throw new Error(`${error.message}\n${phones.map((phone) => phone.log).join('\n----\n')}\n${dering.log.join('').slice(-3000)}`);
      });
      assert.equal((await dering.status()).calls, 1);
      await phones[0].hangUp();
      await until(async () => (await dering.status()).calls === 0, 10, 'the call stays');
    });
  }
}
