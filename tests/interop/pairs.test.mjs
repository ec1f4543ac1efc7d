// Each kind of telephone with each other kind: call, answer, hold, resume, keys, hang up, and each hears
// the other's tone. Writes the table build/interop.md; DERING_WRITE=1 makes docs/interop.md of it.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { api, signIn } from '../support/sign_in.mjs';
import { kinds } from './kinds.mjs';
import { keyIn, loudest } from './sound.mjs';
import { steps, tableOf } from './table.mjs';

const root = new URL('../..', import.meta.url).pathname;
const wanted = process.env.DERING_KINDS?.split(';');
const tried = kinds.filter(({ name, skip }) => !skip && (!wanted || wanted.includes(name)));
const phones = new Map();
const people = new Map();
const results = [];
let dering;

const personOf = async ({ name, number }) => {
  const extension = `10${10 + number}`;
  const account = await dering.addAccount(`p${number}`, { extension, name });
  const device = await dering.addDevice(`p${number}`, `desk${number}`, `desk-secret-${number}`);
  const token = (await signIn(dering.http, account)).access_token;
  return { account, extension, device, token, tone: 420 + 170 * number };
};
const fieldsOf = ({ device: { username, password } }, transport) => ({
  ...{ username, authname: username, password, domain: 'dering', server: '127.0.0.1' },
  port: transport === 'tls' ? dering.ports.sip_tls : dering.ports.sip,
});

before(async () => {
  dering = await startDering({ config: 'new_calls_per_minute = 100000\nregistrations_per_minute = 100000\n' });
  for (const kind of tried) {
    people.set(kind, await personOf(kind));
    const phone = await kind.start({ dering, fieldsOf, authority: join(dering.data, 'ca.crt') }, people.get(kind));
    phone.name = kind.name;
    phones.set(kind, phone);
  }
  const { token } = [...people.values()][0];
  const absent = async () => (await api(dering.http, '/api/v1/directory', token)).body.people.filter(({ presence }) => presence !== 'available');
  await until(async () => (await absent()).length === 0, 30, 'not all have registered').catch(async (error) => {
    const logs = [...phones.values()].map((phone) => phone.log).join('\n----\n');
    throw new Error(`${error.message}: ${(await absent()).map(({ name }) => name)}\n${logs}\n${dering.log.join('')}`);
  });
});
after(async () => {
  await Promise.allSettled([...phones.values()].map((phone) => phone.stop()));
  await dering?.stop();
  const table = tableOf(kinds, results);
  await mkdir(join(root, 'build'), { recursive: true });
  await writeFile(join(root, 'build/interop.md'), table);
  if (process.env.DERING_WRITE) await writeFile(join(root, 'docs/interop.md'), table);
});

/** The loudest tone that the phone hears. */
async function heard(phone) {
  const sound = await phone.listen();
  return sound.hertz ?? loudest(sound);
}
const isNear = (hertz, tone) => Math.abs(hertz - tone) <= 15;
/** linphone plays and records files, and has to be told again while it starts a stream. */
async function hears(phone, tone, other) {
  for (let tries = 1; ; ++tries) {
    phone.hum?.();
    other.hum?.();
    const heardInTime = until(async () => isNear(await heard(phone), tone), 4, `${phone.name} does not hear ${tone} Hz`);
    if (tries === 4) return heardInTime;
    if (await heardInTime.then(() => true, () => false)) return undefined;
  }
}
async function hearsNot(phone, tone) {
  await until(async () => !isNear(await heard(phone), tone), 6, `still hears ${tone} Hz`);
}
async function gotKey(phone, digit) {
  if (phone.digits) return until(() => phone.digits.includes(digit), 6, `did not get the key ${digit}`);
  return until(async () => (phone.hearsKey ? phone.hearsKey(digit) : keyIn(await phone.listen()) === digit), 6, `did not hear the key ${digit}`);
}

/** What one does and the other notices, in the order in which it is done. */
function actsOf([a, b], [toneA, toneB]) {
  async function both() {
    await Promise.all([hears(a, toneB, b), hears(b, toneA, a)]);
  }
  return {
    async call() {
      await until(() => b.isRinging, 15, 'does not ring');
    },
    async answer() {
      await b.answer();
      await until(async () => (await a.isTalking) && (await b.isTalking), 15, 'not both say that they talk');
      await both();
    },
    async hold() {
      await a.hold();
      await hearsNot(b, toneA);
    },
    async resume() {
      await a.resume();
      await both();
    },
    async keys() {
      await Promise.all([gotKey(b, '7'), a.press('7')]);
      await pause(300);
      await both();
    },
    async 'hang up'() {
      await b.hangUp();
      await until(async () => (await a.isIdle) && (await b.isIdle), 10, 'not both are idle');
      await until(async () => (await dering.status()).calls === 0, 5, 'the call goes on');
    },
  };
}

async function tryOut(from, to) {
  const pair = [phones.get(from), phones.get(to)];
  const acts = actsOf(pair, [people.get(from).tone, people.get(to).tone]);
  const result = { from: from.name, to: to.name };
  results.push(result);
  for (const phone of pair) await phone.forget();
  await pair[0].call(people.get(to).extension);
  for (const step of steps) {
    if (from.cannot[step]) continue;
    result[step] = 'failed';
    await acts[step]();
    result[step] = 'yes';
  }
}

for (const from of tried) {
  for (const to of tried.filter((kind) => kind !== from)) {
    test(`${from.name} calls ${to.name}`, { timeout: 120_000 }, async () => {
      const pair = [phones.get(from), phones.get(to)];
      await tryOut(from, to).catch(async (error) => {
        await Promise.allSettled(pair.map((phone) => phone.hangUp()));
        throw new Error(`${error.message}\n${pair.map((phone) => phone.log).join('\n----\n')}\n====\n${dering.log.join('').slice(-3000)}`);
      });
    });
  }
}

for (const { name, skip } of kinds.filter((kind) => kind.skip)) test(name, { skip }, () => assert.fail());
