// All floods of strangers together, against people who call, register, sign in and ask: AT1, AT2,
// AT4, AT5 and hostile input E8, G5, B7.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { Canaries, memory, startFlood } from '../support/canaries.mjs';
import { until } from '../support/jssip_phone.mjs';

const seconds = 12;
let dering;
let canaries;

before(async () => {
  dering = await startDering({ config: 'new_calls_per_minute = 100000\nregistrations_per_minute = 100000\n' });
  canaries = new Canaries(dering, await dering.addAccount('siti', { extension: '1001' }));
  await canaries.start();
  for (let i = 0; i < 3; i++) await canaries.sing();
});
after(async () => {
  await canaries?.stop();
  await dering?.stop();
});

test('AT1 AT2 AT4 AT5 all floods together lose no record, keep nobody waiting, and their memory comes back', { timeout: 120_000 }, async (t) => {
  const usual = await memory(dering.child.pid);
  canaries.times = {};
  const flood = await startFlood(dering);
  let most = 0;
  const until_ = Date.now() + seconds * 1000;
  while (Date.now() < until_) {
    await canaries.sing();
    most = Math.max(most, await memory(dering.child.pid));
  }
  const sent = await flood.stop();
  for (const [name, { count, p50, p99, max }] of Object.entries(canaries.figures())) {
    t.diagnostic(`${name}: ${count} times, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms`);
  }
  t.diagnostic(`sent: ${JSON.stringify(sent)}`);
  assert.equal(canaries.faults.length, 0, `${canaries.faults.join('\n')}\n${dering.log.join('').split('\n').slice(-30).join('\n')}`);
  assert.ok(sent['tokens shown to a WebSocket'] > 100, 'the flood was none');
  assert.ok(Math.max(...Object.values(canaries.figures()).map(({ max }) => max)) < 3000, 'somebody waited for seconds');

  await until(async () => (await canaries.recorded()) === canaries.calls, 10, 'call records are lost');
  let rest = 0;
  await until(async () => (rest = await memory(dering.child.pid)) <= usual * 1.1, 30, `memory does not come back`).catch((error) => {
    throw new Error(`${error.message}: ${usual} kB before, ${most} during, ${rest} after`);
  });
  t.diagnostic(`memory: ${usual} kB before, ${most} at most, ${rest} after`);
  const status = await dering.status();
  assert.equal(status.refused_for_want_of_room.errands_lost, 0);
  const lines = dering.log.join('').split('\n').length;
  assert.ok(lines < 2000, `${lines} lines in the log`);
});
