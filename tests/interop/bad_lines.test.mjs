// Sound over bad lines: four calls at once across a line that loses, delays and shuffles packets. What all eight hear
// is measured, and so is what is told of the line. Writes a table of it into build/, and docs/bad-lines.md with
// DERING_WRITE=1.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { BadLine, noBadLine } from '../support/bad_line.mjs';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { passage } from './captured.mjs';
import { lines, page as tableOf } from './lines_table.mjs';
import { delayBetween, heardOf } from './marks.mjs';
import { calls, isPage, openDeskPhone, openPage, people, qualityOf, tape } from './parties.mjs';
import { atMostTwice } from './tries.mjs';

const address = networkInterfaces().phone0?.find(({ family }) => family === 'IPv4')?.address;
const root = new URL('../..', import.meta.url).pathname;
const seconds = 13;
const results = [];
const at = { address };

before(async () => {
  if (noBadLine) return;
  assert.ok(address, 'this test belongs into a namespace of its own: run it by "npm run bad-lines"');
  at.folder = await mkdtemp(join(tmpdir(), 'dering-line-'));
  at.capture = join(at.folder, 'line');
  at.line = await BadLine.start(at.capture);
  at.dering = await startDering({ address, codecs: 'browser_codecs = ["opus", "pcmu"]\n' });
  at.origin = `https://${address}:${at.dering.ports.https}`;
  for (const person of people) {
    person.account = await at.dering.addAccount(person.user, { extension: person.extension });
    await (isPage(person) ? openPage : openDeskPhone)(person, at);
  }
  await until(async () => (await at.dering.status()).bindings === people.length, 30, 'not all have registered').catch((error) => {
    throw new Error(`${error.message}\n${told()}`);
  });
});
after(async () => {
  await Promise.allSettled(people.map(({ phone }) => phone?.stop()));
  await at.dering?.stop();
  await at.line?.stop();
  if (at.folder) await rm(at.folder, { recursive: true, force: true });
});

const told = () => `${people.map(({ name, phone }) => `---- ${name}\n${phone?.log}`).join('\n')}\n====\n${at.dering.log.join('').slice(-3000)}`;

async function connect([caller, called]) {
  await caller.phone.call(called.extension);
  // Firefox takes its time over the first microphone.
  await until(() => called.phone.isRinging, 30, `${called.name} does not ring`);
  await called.phone.answer();
  await until(async () => (await caller.phone.isTalking) && (await called.phone.isTalking), 15, `${caller.name} and ${called.name} do not both talk`);
}
async function end() {
  await at.line.become({});
  await Promise.allSettled(calls.map(([caller]) => caller.phone.hangUp()));
  await until(async () => (await at.dering.status()).calls === 0, 15, 'calls stay');
  for (const { phone } of people) await phone.forget();
}

/** Everybody says a known sound over such a line and hears another one's, and the call ends. */
async function talkOver(weather) {
  await Promise.all(calls.map(connect));
  await at.line.become(weather);
  const began = Date.now();
  await pause(2000);
  const tapes = new Map(await Promise.all(people.map(async (person) => [person, await tape(person, (seconds - 2) * 1000)])));
  const words = await Promise.all(people.filter(isPage).map(wordsOf));
  const ended = Date.now();
  const passed = await Promise.all(people.filter(({ isFar }) => isFar).map((person) => passageOf(person, [began, ended], tapes)));
  await end();
  const qualities = [];
  for (const person of people) qualities.push({ person, ...(await qualityOf(person, at)) });
  return { heard: heardIn(tapes), words, passed, qualities };
}

/** What the page says of the line, where it has something to say of it within the time that it takes to be sure. */
async function wordsOf(person) {
  const says = () => person.phone.page.text('weak');
  await until(says, 5, 'says nothing').catch(() => {});
  return { person, words: await says() };
}

/** What the line did to the sound of somebody behind it, both ways. */
async function passageOf(person, times, tapes) {
  const is = (packet, isFrom) => person.isSound(packet.type) && packet.flow.startsWith(at.line.address) === isFrom;
  const [from, to] = await Promise.all([true, false].map((isFrom) => passage(at.capture, (packet) => is(packet, isFrom), times)));
  // What a desk phone said is known from what went into the line.
  if (from.sound) tapes.get(person).said = from.sound;
  return { person, from: from.lost, to: to.lost };
}

function heardIn(tapes) {
  return calls.flatMap(([one, other]) => [[one, other], [other, one]]).map(([from, to]) => {
    const { said } = tapes.get(from);
    const { heard } = tapes.get(to);
    return { from, to, ...heardOf(heard, from.tones), ...(said ? { delay: delayBetween(said, heard, from.tones) } : {}) };
  });
}

/** Of the same words on the clean line, which comes first. */
const onCleanLine = (find) => find(results[0].seen);

function judge({ bounds, weather }, { heard, words, passed, qualities }) {
  for (const { from, to, share, gap, level, delay } of heard) {
    const who = `what ${from.name} says, as ${to.name} hears it`;
    assert.ok(share >= bounds.share, `${who}: the tone is in ${share} of the time`);
    assert.ok(gap <= bounds.gap, `${who}: no tone for ${gap} ms`);
    assert.ok(Math.abs(level - from.level) <= 1, `${who}: ${level} dBFS of ${from.level}`);
    if (delay === undefined) continue;
    const clean = onCleanLine((seen) => seen.heard.find((it) => it.from === from && it.to === to).delay);
    assert.ok(clean <= 500, `${who}: ${clean} ms late on a clean line`);
    assert.ok(delay <= clean + (weather.jitter ?? 0) + 150, `${who}: ${delay} ms late, ${clean} ms on a clean line`);
  }
  for (const { person, from_phone: from, to_phone: to } of qualities) {
    if (!person.isFar) judgeNear(person, from, to);
    else judgeFar({ weather, bounds }, person, from, to, passed.find((it) => it.person === person));
  }
  for (const { person, words: said } of words) {
    const right = person.isFar ? 'Your line is weak' : 'Their line is weak';
    const allowed = { always: [right], perhaps: [right, ''], never: [''] }[bounds.weak];
    assert.ok(allowed.includes(said), `the page of ${person.name} says "${said}"`);
  }
}

/** Nothing is wrong with the lines of those in the house. */
function judgeNear({ name }, from, to) {
  assert.ok(from.lost <= from.packets / 50 && to.lost <= to.packets / 50, `${name}: ${JSON.stringify({ from, to })}`);
  assert.ok(from.mos >= 4, `${name}: MOS ${from.mos}`);
  assert.ok(Math.max(from.jitter_ms, to.jitter_ms) < 15, `${name}: ${JSON.stringify({ from, to })}`);
}
function judgeFar({ weather, bounds }, { name, ownJitter = 8 }, from, to, passed) {
  const share = from.lost / from.packets;
  assert.ok(Math.abs(share - passed.from) <= 0.03, `${name}: told to lose ${share}, and lost ${passed.from}`);
  // Its own reports come every few seconds, so that they tell of less.
  if (to.packets >= 400) assert.ok(Math.abs(to.lost / to.packets - passed.to) <= 0.06, `${name}: told to miss ${to.lost} of ${to.packets}, and missed ${passed.to}`);
  // RFC 3550 §6.4.1: the mean difference of two that are evenly spread is a third.
  const jitter = (weather.jitter ?? 0) / 3;
  assert.ok(Math.abs(from.jitter_ms - jitter) <= jitter / 4 + ownJitter, `${name}: jitter ${from.jitter_ms} ms`);
  assert.ok(from.mos >= bounds.mos[0] && from.mos <= bounds.mos[1], `${name}: MOS ${from.mos}`);
}

async function writeTable() {
  const table = tableOf(results);
  await mkdir(join(root, 'build'), { recursive: true });
  await writeFile(join(root, 'build/bad-lines.md'), table);
  if (process.env.DERING_WRITE) await writeFile(join(root, 'docs/bad-lines.md'), table);
}

async function tryOut(line) {
  const seen = await talkOver(line.weather);
  results.splice(0, results.length, ...results.filter((other) => other.line !== line), { line, seen });
  await writeTable();
  judge(line, seen);
}

for (const line of lines) {
  test(`sound over a line: ${line.name}`, { skip: noBadLine, timeout: 150_000 }, async (t) => {
    const atRest = async () => {
      await end();
      return told();
    };
    await atMostTwice(t, () => tryOut(line), atRest);
    if (line === lines.at(-1)) t.diagnostic(tableOf(results));
  });
}
