// What people notice while strangers do all they can, all at once: `bench/run floods`.
import { startDering } from '../../tests/support/dering.mjs';
import { Canaries, memory, startFlood } from '../../tests/support/canaries.mjs';

const seconds = Number(process.argv[2] ?? 20);
const dering = await startDering({ config: 'new_calls_per_minute = 100000\nregistrations_per_minute = 100000\n' });
const canaries = new Canaries(dering, await dering.addAccount('siti', { extension: '1001' }));
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function measure(name, kinds) {
  canaries.times = {};
  const flood = kinds && (await startFlood(dering, kinds.length > 0 ? kinds : undefined));
  let most = 0;
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    await canaries.sing();
    most = Math.max(most, await memory(dering.child.pid));
  }
  const sent = await flood?.stop();
  console.log(`\n${name}, ${seconds} s`);
  for (const [what, { count, p50, p99, max }] of Object.entries(canaries.figures())) {
    console.log(`  ${what.padEnd(16)} ${String(count).padStart(5)} times   p50 ${p50.toFixed(1).padStart(7)}   p99 ${p99.toFixed(1).padStart(7)}   max ${max.toFixed(1).padStart(7)} ms`);
  }
  if (sent) console.log(`  sent: ${Object.entries(sent).map(([what, times]) => `${what} ${times}`).join(', ')}`);
  return most;
}

let clean = true;
try {
  await canaries.start();
  for (let i = 0; i < 3; i++) await canaries.sing();
  await measure('nothing beside it', null);
  const before = await memory(dering.child.pid);
  let most = 0;
  for (const kind of ['tokens', 'calls', 'datagrams', 'passwords', 'pages', 'bearers']) most = Math.max(most, await measure(kind, [kind]));
  most = Math.max(most, await measure('all floods together', []));
  await pause(12_000);
  const after = await memory(dering.child.pid);
  const lost = canaries.calls - (await canaries.recorded());
  const slowest = Math.max(...Object.values(canaries.figures()).map(({ p99 }) => p99));
  console.log(`\nmemory: ${before} kB before, ${most} at most, ${after} after (budget: before + 10 %)`);
  console.log(`call records: ${canaries.calls} calls, ${lost} lost (budget: 0)`);
  console.log(`slowest p99 with all floods: ${slowest.toFixed(1)} ms (budget: 250)`);
  for (const fault of canaries.faults) console.log(`FAULT ${fault}`);
  clean = lost === 0 && canaries.faults.length === 0 && after <= before * 1.1 && slowest <= 250;
} finally {
  await canaries.stop();
  await dering.stop();
}
process.exit(clean ? 0 : 1);
