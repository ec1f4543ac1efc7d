// Who transfers whom to whom: each kind of telephone in each of the three roles with each kind in each other role, blind
// and after asking, and each way in which it can fail, by each kind of transferor. All hear each other's tones before
// and after; the pages say what happened, and the histories of all three tell it. Writes its part of the table into
// build/, and of docs/interop.md with DERING_WRITE=1.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/jssip_phone.mjs';
import { coveredBy, coveringRows, pairsOf } from './covering.mjs';
import { hearEachOther } from './hearing.mjs';
import { History } from './history.mjs';
import { startHouse } from './house.mjs';
import { Pool } from './pool.mjs';
import { write } from './table.mjs';
import { failures, leaves, ways } from './transfer_acts.mjs';
import { cannot, kindsOf, partOf, programs } from './transfer_table.mjs';
import { atMostTwice } from './tries.mjs';

const sideBySide = Number(process.env.DERING_SIDE_BY_SIDE ?? 3);
const wanted = process.env.DERING_TRANSFERS;
const whyNot = (program) => kindsOf(program).find(({ skip }) => skip)?.skip;
const some = process.env.DERING_KINDS?.split(';');
const tried = Object.keys(programs).filter((program) => !whyNot(program) && (!some || some.includes(program)));
const seats = tried
  .flatMap((program) => kindsOf(program).map((kind, i) => ({ program, kind, name: `${program} ${['one', 'two'][i]}` })))
  // sound.mjs knows a tone to 10 Hz.
  .map((seat, i) => ({ ...seat, tone: 500 + 120 * i }));

/** There are two phones of each program. */
const isPossible = ({ transferor, transferee, target }) => new Set([transferor, transferee, target]).size > 1;
const rows = coveringRows(tried, isPossible);

const transfers = Object.keys(ways).flatMap((how) => rows.filter(({ transferor }) => !cannot(transferor, how)).map((row, i) => ({ ...row, how, act: ways[how], calls: i % 2 ? 'transferee' : 'transferor' })));
const cannotReturn = (program) => cannot(program, 'attended') || kindsOf(program)[0].cannot.resume;
/** The others come into the other roles in turn; `targets` are those who can do what it takes. */
const failed = Object.entries(failures).flatMap(([how, { targets, act }], turn) => {
  const able = targets?.filter((it) => tried.includes(it)) ?? [];
  return tried.map((transferor, i) => ({
    ...{ how, act, isFailure: true, calls: (i + turn) % 2 ? 'transferee' : 'transferor' },
    ...{ transferor, transferee: tried[(i + 1 + (turn % (tried.length - 1))) % tried.length], target: able[(i + turn) % able.length] },
  }));
}).filter((row) => isPossible(row) && Boolean(row.target) === Boolean(failures[row.how].targets) && !(failures[row.how].isAsked && cannotReturn(row.transferor)));
const cases = [...transfers, ...failed].map((one) => ({ ...one, name: [one.how, one.transferor, one.transferee, one.target].filter(Boolean).join(', ') })).filter(({ name }) => !wanted || new RegExp(wanted).test(name));

test('each kind meets each kind in each pair of roles', () => {
  assert.deepEqual(coveredBy(rows), pairsOf(tried, isPossible));
});

/** Both of a sealed call have each other's key, and of no other call. */
async function areSealed(a, b) {
  const [one, other] = await Promise.all([a, b].map((phone) => phone.page.fingerprints()));
  return one.seen === other.own && other.seen === one.own;
}
const arePages = (...phones) => phones.every(({ kind }) => kind.transport === 'wss');

async function talk(caller, called) {
  await caller.call(called.extension);
  await until(() => called.isRinging, 20, `${called.name} does not ring`);
  await called.answer();
  await hearEachOther(caller, called);
  if (arePages(caller, called)) assert.ok(await areSealed(caller, called), 'not sealed');
}

async function tryOut(one, cast, house) {
  const { history, nobody } = house;
  const people = [cast.transferor, cast.transferee, cast.target].filter(Boolean);
  for (const phone of people) await phone.forget();
  const before = await history.now(people);
  const [caller, called] = one.calls === 'transferor' ? [cast.transferor, cast.transferee] : [cast.transferee, cast.transferor];
  await talk(caller, called);
  const expected = await one.act({ ...cast, nobody, hangsUpWhenTold: Boolean(programs[one.transferor].whenTold) });
  await Promise.all(people.map((phone) => leaves(phone)));
  await history.areFree(people);
  await history.holds(expected, before);
}

/** What happened, in the words of all; they have hung up afterwards. */
async function told(people, house) {
  for (let calls = 0; calls < 2; ++calls) await Promise.allSettled(people.map((phone) => (phone.rest ? phone.rest() : phone.hangUp())));
  await house.history.areFree(people, 60).catch(() => {});
  return house.told(people);
}

async function runCase(t, one, house) {
  const phones = await house.pool.take([one.transferor, one.transferee, one.target].filter(Boolean));
  const [transferor, transferee, target] = phones;
  const cast = { transferor, transferee, target };
  const result = { ...one, word: 'failed' };
  house.results.push(result);
  try {
    const isOnce = await atMostTwice(t, () => tryOut(one, cast, house), () => told(phones, house));
    result.word = isOnce ? 'yes' : 'at the second try';
  } finally {
    house.pool.give(phones);
    await write({ later: partOf(house.results, tried) });
  }
}

test('transfers', { concurrency: sideBySide, timeout: 2_400_000 }, async (t) => {
  const house = await startHouse(seats, '[calls]\nring_seconds = 20\n');
  t.after(() => house.stop());
  house.phones.forEach((phone, i) => Object.assign(phone, { program: seats[i].program }));
  house.nobody = await house.dering.addAccount('nobody', { extension: '1099', name: 'Nobody There' });
  Object.assign(house, { history: new History(house.origin, house.nobody), results: [], pool: new Pool(house.phones, ({ program }) => program) });
  await Promise.all(cases.map((one) => t.test(one.name, { timeout: 300_000 }, (inner) => runCase(inner, one, house))));
  await until(async () => (await house.calls()) === 0, 10, 'calls are left');
  assert.equal((await house.dering.status()).bindings, seats.length);
  assert.deepEqual(house.phones.flatMap(({ page }) => page?.faults ?? []), []);
});

for (const program of Object.keys(programs).filter(whyNot)) test(program, { skip: whyNot(program) }, () => assert.fail());
