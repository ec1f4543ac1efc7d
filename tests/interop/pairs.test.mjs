// Each kind of telephone with each other kind: call, answer, hold, resume, keys, hang up, and each hears
// the other's tone. Writes a table of it into build/, and docs/interop.md with DERING_WRITE=1.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { networkInterfaces } from 'node:os';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { kinds } from './kinds.mjs';
import { foreignOrigin } from './phones/sipjs.mjs';
import { keyIn, loudest } from './sound.mjs';
import { steps, tableOf } from './table.mjs';

// Firefox gathers no candidates on a loopback device.
const address = networkInterfaces().phone0?.find(({ family }) => family === 'IPv4')?.address;
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
  return { account, extension, device, tone: 420 + 170 * number };
};
const fieldsOf = ({ device: { username, password } }, transport) => ({
  ...{ username, authname: username, password, domain: 'dering', server: address, address },
  port: transport === 'tls' ? dering.ports.sip_tls : dering.ports.sip,
});

/** A browser may need more time to start than its driver has, on a machine with much to do. */
async function started(kind) {
  const start = () => kind.start({ origin: `https://${address}:${dering.ports.https}`, fieldsOf, authority: join(dering.data, 'ca.crt') }, people.get(kind));
  return start().catch(start);
}

before(async () => {
  assert.ok(address, 'this test belongs into a namespace of its own: run it by "npm run interop"');
  dering = await startDering({ address, config: `new_calls_per_minute = 100000\nregistrations_per_minute = 100000\n[web]\nwebsocket_origins = ["${foreignOrigin}"]\n` });
  for (const kind of tried) {
    people.set(kind, await personOf(kind));
    const phone = await started(kind);
    phone.name = kind.name;
    phones.set(kind, phone);
  }
  await until(async () => (await dering.status()).bindings >= tried.length, 30, 'not all have registered').catch((error) => {
    throw new Error(`${error.message}\n${[...phones.values()].map((phone) => phone.log).join('\n----\n')}\n${dering.log.join('')}`);
  });
});
after(async () => {
  await Promise.allSettled([...phones.values()].map((phone) => phone.stop()));
  await dering?.stop();
});
/** After each pair, so that a run that is broken off has written what it saw. */
async function writeTable() {
  const table = tableOf(kinds, results);
  await mkdir(join(root, 'build'), { recursive: true });
  await writeFile(join(root, 'build/interop.md'), table);
  if (process.env.DERING_WRITE) await writeFile(join(root, 'docs/interop.md'), table);
}

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
  return until(async () => (phone.hearsKey ? phone.hearsKey(digit) : keyIn(await phone.listen()) === digit), 10, `did not hear the key ${digit}`);
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
      // A page has no list of keys that could be asked, and a short sound is heard by chance.
      const got = gotKey(b, '7');
      const presses = b.hearsKey ? 8 : 1;
      for (let i = 0; i < presses; ++i) {
        await a.press('7');
        if (i + 1 < presses) await pause(400);
      }
      await got;
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

/** Keys between pages stay in their sealed sound, where a browser may play them or not. */
const areSealed = (from, to) => from.transport === 'wss' && to.transport === 'wss';

/** What happened, in the words of both phones and of ours; both have hung up afterwards. */
async function told(error, from, to) {
  const pair = [phones.get(from), phones.get(to)];
  await Promise.allSettled(pair.map((phone) => phone.hangUp()));
  await until(async () => (await dering.status()).calls === 0, 20, 'a call stays').catch(() => {});
  return `${error.message}\n${pair.map((phone) => phone.log).join('\n----\n')}\n====\n${dering.log.join('').slice(-3000)}`;
}

async function tryOut(from, to, word = 'yes') {
  const pair = [phones.get(from), phones.get(to)];
  const acts = actsOf(pair, [people.get(from).tone, people.get(to).tone]);
  const result = { from: from.name, to: to.name };
  results.splice(0, results.length, ...results.filter((other) => other.from !== from.name || other.to !== to.name), result);
  for (const phone of pair) await phone.forget();
  await pair[0].call(people.get(to).extension);
  for (const step of steps) {
    if (from.cannot[step] || (step === 'keys' && areSealed(from, to))) continue;
    result[step] = 'failed';
    await acts[step]();
    result[step] = word;
  }
}

for (const from of tried) {
  for (const to of tried.filter((kind) => kind !== from)) {
    test(`${from.name} calls ${to.name}`, { timeout: 240_000 }, async (t) => {
      await tryOut(from, to).catch(async (error) => {
        t.diagnostic(`tried again after: ${await told(error, from, to)}`);
        await tryOut(from, to, 'at the second try').catch(async (again) => {
          throw new Error(await told(again, from, to));
        });
      }).finally(writeTable);
    });
  }
}

for (const { name, skip } of kinds.filter((kind) => kind.skip)) test(name, { skip }, () => assert.fail());
