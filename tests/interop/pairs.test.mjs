// Each kind of telephone with each other kind: call, answer, hold, resume, keys, hang up, and each hears
// the other's tone. Writes a table of it into build/, and docs/interop.md with DERING_WRITE=1.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/jssip_phone.mjs';
import { hearEachOther, hearsNot } from './hearing.mjs';
import { startHouse } from './house.mjs';
import { kinds } from './kinds.mjs';
import { keyIn } from './sound.mjs';
import { steps, tableOf, write } from './table.mjs';
import { atMostTwice } from './tries.mjs';

const wanted = process.env.DERING_KINDS?.split(';');
const tried = kinds.filter(({ name, skip }) => !skip && (!wanted || wanted.includes(name)));
const phones = new Map();
const results = [];
let house;

before(async () => {
  house = await startHouse(tried.map((kind) => ({ kind, name: kind.name, tone: 420 + 170 * kind.number })));
  for (const phone of house.phones) phones.set(phone.kind, phone);
});
after(() => house?.stop());
/** After each pair, so that a run that is broken off has written what it saw. */
const writeTable = () => write({ first: tableOf(kinds, results) });

async function gotKey(phone, digit) {
  if (phone.digits) return until(() => phone.digits.includes(digit), 6, `did not get the key ${digit}`);
  return until(async () => (phone.hearsKey ? phone.hearsKey(digit) : keyIn(await phone.listen()) === digit), 20, `did not hear the key ${digit}`);
}

/** What one does and the other notices, in the order in which it is done. */
function actsOf([a, b]) {
  return {
    async call() {
      await until(() => b.isRinging, 15, 'does not ring');
    },
    async answer() {
      await b.answer();
      await until(async () => (await a.isTalking) && (await b.isTalking), 15, 'not both say that they talk');
      await hearEachOther(a, b);
    },
    async hold() {
      await a.hold();
      await hearsNot(b, a);
    },
    async resume() {
      await a.resume();
      await hearEachOther(a, b);
    },
    async keys() {
      // A page has no list of keys that could be asked, and a short sound is heard by chance.
      let isOver = false;
      const got = gotKey(b, '7').finally(() => (isOver = true));
      got.catch(() => {}); // awaited below
      do {
        await a.press('7');
        if (b.hearsKey) await pause(400);
      } while (b.hearsKey && !isOver);
      await got;
      await pause(300);
      await hearEachOther(a, b);
    },
    async 'hang up'() {
      await b.hangUp();
      await until(async () => (await a.isIdle) && (await b.isIdle), 10, 'not both are idle');
      await until(async () => (await house.calls()) === 0, 5, 'the call goes on');
    },
  };
}

/** Keys between pages stay in their sealed sound, where a browser may play them or not. */
const areSealed = (from, to) => from.transport === 'wss' && to.transport === 'wss';

/** What happened, in the words of both phones and of ours; both have hung up afterwards. */
async function told(from, to) {
  const pair = [phones.get(from), phones.get(to)];
  await Promise.allSettled(pair.map((phone) => phone.hangUp()));
  await until(async () => (await house.calls()) === 0, 20, 'a call stays').catch(() => {});
  return house.told(pair);
}

async function tryOut(from, to, word) {
  const pair = [phones.get(from), phones.get(to)];
  const acts = actsOf(pair);
  const result = { from: from.name, to: to.name };
  results.splice(0, results.length, ...results.filter((other) => other.from !== from.name || other.to !== to.name), result);
  for (const phone of pair) await phone.forget();
  await pair[0].call(pair[1].extension);
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
      let word = 'yes';
      const tried = () => tryOut(from, to, word).finally(() => (word = 'at the second try'));
      await atMostTwice(t, tried, () => told(from, to)).finally(writeTable);
    });
  }
}

for (const { name, skip } of kinds.filter((kind) => kind.skip)) test(name, { skip }, () => assert.fail());
