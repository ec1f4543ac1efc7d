// What docs/forwarding.md says of codes, typed into real desk phones: three baresips with a tone each, what each
// hears, and how the tones sound that say whether a code was taken.
import { after, afterEach, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { loudest } from '../interop/sound.mjs';
import { startDeskHouse } from '../support/desk_house.mjs';
import { until } from '../support/jssip_phone.mjs';

let house, phones, dering;

before(async () => {
  house = await startDeskHouse({ siti: ['1001', 620], budi: ['1002', 880], tuti: ['1003', 1100] });
  ({ phones, dering } = house);
});
afterEach(() => house.goQuiet());
after(() => house?.stop());
const hears = (who, whom) => house.hears(who, whom);
const rings = (who, seconds) => house.rings(who, seconds);

/** How long the tone of a code is on at a time, in ms (the median), and its frequency. */
async function toneOf(who, code) {
  const phone = phones[who];
  phone.forget();
  const recording = phone.tape.record(3500);
  phone.call(code);
  const { rate, samples } = await recording;
  const step = rate / 100;
  const lengths = [];
  let [on, loud] = [0, []];
  for (let at = 0; at + step <= samples.length; at += step) {
    const part = samples.subarray(at, at + step);
    const power = part.reduce((sum, sample) => sum + sample * sample, 0) / step;
    if (power > 1e-4) {
      on += 10;
      loud.push(...part);
    } else if (on > 0) {
      lengths.push(on);
      on = 0;
    }
  }
  const [length] = [...lengths].sort((a, b) => a - b).slice(Math.floor(lengths.length / 2));
  await until(() => phone.isIdle, 10, `the server does not hang up on ${code}\n${phone.log.slice(-600)}`);
  return { length, count: lengths.length, hertz: loudest({ rate, samples: Float32Array.from(loud) }) };
}
async function confirmed(who, code) {
  const tone = await toneOf(who, code);
  assert.ok(tone.count >= 4 && Math.abs(tone.length - 100) <= 40, `${code}: ${JSON.stringify(tone)}`);
  assert.ok(Math.abs(tone.hertz - 425) <= 40, `${code}: ${tone.hertz} Hz`);
}
async function refused(who, code) {
  const tone = await toneOf(who, code);
  assert.ok(tone.count >= 3 && Math.abs(tone.length - 250) <= 50, `${code}: ${JSON.stringify(tone)}`);
}

test('a code sends all calls on, is confirmed by a tone, and another one ends it', { timeout: 90_000 }, async () => {
  await confirmed('budi', '*721003');
  assert.match(await dering.command('forward', '1002'), /^always +1003$/m);
  house.forget();
  phones.siti.call('1002');
  await rings('tuti');
  phones.tuti.answer();
  await hears('siti', 'tuti');
  await hears('tuti', 'siti');
  assert.equal(phones.budi.isRinging, false);
  phones.siti.hangUp();
  await until(async () => (await dering.status()).calls === 0, 20, 'the call did not end');
  await confirmed('budi', '*73');
  house.forget();
  phones.siti.call('1002');
  await rings('budi');
  assert.equal(phones.tuti.isRinging, false);
});

test('a code that cannot be taken sounds otherwise, and changes nothing', { timeout: 60_000 }, async () => {
  await refused('budi', '*72');
  await refused('budi', '*721002');
  await refused('budi', '*729999');
  house.forget();
  phones.siti.call('1002');
  await rings('budi');
});

test('who is not to be disturbed is not rung, by whichever phone', { timeout: 60_000 }, async () => {
  await confirmed('budi', '*78');
  house.forget();
  phones.siti.call('1002');
  await until(() => phones.siti.isIdle, 10, 'siti is not told');
  assert.equal(phones.budi.isRinging, false);
  assert.match(phones.siti.log, /480/);
  await confirmed('budi', '*79');
});

test('on no answer the next one rings after the ring time', { timeout: 90_000 }, async () => {
  await confirmed('budi', '*521003');
  assert.match(await dering.command('forward', '1002', '--ring-seconds', '8'), /^no_answer +1003\nunreachable +-\nring_seconds +8$/m);
  await assert.rejects(dering.command('forward', '1002', '--always', '1002'), /the same extension/);
  house.forget();
  phones.siti.call('1002');
  await rings('budi');
  await rings('tuti', 30);
  phones.tuti.answer();
  await hears('siti', 'tuti');
  phones.siti.hangUp();
  await until(async () => (await dering.status()).calls === 0, 20, 'the call did not end');
  await confirmed('budi', '*53');
});
