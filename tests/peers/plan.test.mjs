// The plan of routes from the command line: each row of the table that the unit tests read leads where it says, and
// what is wrong with a plan is told with its place and by the exit code. And the plan of the running house.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { program, startDering } from '../support/dering.mjs';

const file = (below) => fileURLToPath(new URL(`../../${below}`, import.meta.url));
const example = file('docs/plan.example.json');
const people = [['siti', '1001', 'Rektorat'], ['budi', '1002', 'Teknik'], ['ani', '1003', 'Mahasiswa'], ['dewi', '1004', 'Teknik'], ['eko', '1005']];
let dering, folder, restarted;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dering-plan-'));
  dering = await startDering();
  for (const [username, extension, unit] of people) await dering.addAccount(username, { extension, unit });
});
after(() => Promise.allSettled([dering?.stop(), restarted?.stop(), folder && rm(folder, { recursive: true })]));

/** Gives what was printed and the exit code; Dering runs meanwhile, and the people are its own. */
const say = (...args) =>
  new Promise((resolve) => {
    execFile(program, [...args, '--data', dering.data], (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });

/** "1002", "1002>1001" (who forwards), "telkom/+62…" (by which trunk). */
function typed(row) {
  const [from, dialled, at, destination] = row.split('|').map((part) => part.trim());
  const [, trunk, number, caller, , forwarder] = /^(?:([^/>]*)\/(.*)|([^>]*)(>(.*))?)$/.exec(from);
  const args = ['route', '--plan', example, '--json', `--to=${dialled}`, '--at', at === '' ? '1970-01-01 00:00Z' : `${at}Z`];
  if (trunk === undefined) args.push(`--from=${caller}`);
  else args.push(`--trunk=${trunk}`, ...(number === '' ? ['--withheld'] : [`--from=${number}`]));
  if (forwarder !== undefined) args.push(`--forwarded-by=${forwarder}`);
  return { args, destination };
}

test('each row of the table leads where it says', { timeout: 120_000 }, async () => {
  const table = await readFile(file('src/routing/testing/routes.txt'), 'utf8');
  const rows = table.split('\n').filter((line) => line !== '' && !line.startsWith('# '));
  assert.ok(rows.length >= 180, `${rows.length} rows`);
  const wrong = [];
  const check = async (row) => {
    const { args, destination } = typed(row);
    const { code, stdout, stderr } = await say(...args);
    const found = stdout === '' ? stderr : JSON.parse(stdout).destination;
    const isEnd = /^(unknown_number|self_call|not_permitted|closed)$/.test(destination);
    if (found !== destination || code !== (isEnd ? 3 : 0)) wrong.push(`${row} → ${found}, ${code}`);
  };
  const queue = rows[Symbol.iterator]();
  await Promise.all([1, 2].map(async () => {
    for (const row of queue) await check(row);
  }));
  assert.deepEqual(wrong, []);
});

test('each step to a decision is a sentence', { timeout: 30_000 }, async () => {
  const { code, stdout } = await say('route', '--plan', example, '--from', '1003', '--to', '08123456789');
  assert.equal(code, 3);
  assert.match(stdout, /^ {2}1\. .+\.$/m);
  assert.match(stdout, /→ not_permitted/);
});

test('a good plan is exported in one form, and has no difference to it', { timeout: 30_000 }, async () => {
  const { code, stdout } = await say('plan', 'export', example);
  assert.equal(code, 0);
  const exported = join(folder, 'exported.json');
  await writeFile(exported, stdout);
  assert.deepEqual(await say('plan', 'check', exported), { code: 0, stdout: 'The plan is good.\n', stderr: '' });
  assert.deepEqual(await say('plan', 'diff', example, exported), { code: 0, stdout: '', stderr: '' });
});

test('everything that is wrong with a plan is told, with its place', { timeout: 30_000 }, async () => {
  const plan = JSON.parse(await readFile(example, 'utf8'));
  plan.menus = [];
  plan.emergency.numbers = [];
  const bad = join(folder, 'bad.json');
  await writeFile(bad, JSON.stringify(plan));
  const { code, stdout } = await say('plan', 'check', bad, '--json');
  assert.equal(code, 2);
  const { faults } = JSON.parse(stdout);
  assert.ok(faults.some(({ code: fault, path }) => path === '/menus' && fault === 'not_yet'), stdout);
  assert.ok(faults.some(({ code: fault, path }) => path === '/emergency/numbers' && fault === 'hides_emergency'), stdout);
  assert.ok(faults.every(({ sentence }) => /\.$/.test(sentence)), stdout);
  assert.equal((await say('plan', 'check', join(folder, 'nothing.json'))).code, 1);
});

// ---- the plan in force: the tests below go on where the one before has ended

/** The example with a name for its mobile route, as a file. */
async function planNamed(name) {
  const plan = JSON.parse(await readFile(example, 'utf8'));
  plan.outbound.find(({ id }) => id === 'mobile').name = name;
  const written = join(folder, `${name}.json`);
  await writeFile(written, JSON.stringify(plan));
  return written;
}
const nameInForce = async () => JSON.parse((await say('plan', 'show')).stdout).outbound?.find(({ id }) => id === 'mobile').name;
const destination = async () => JSON.parse((await say('route', '--json', '--from', '1002', '--to', '112')).stdout).destination;

test('a plan is in force as soon as it is applied', { timeout: 60_000 }, async () => {
  assert.equal(await destination(), 'unknown_number');
  const { code, stdout, stderr } = await say('plan', 'apply', await planNamed('first'), '--comment', 'the first one');
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: 'Version 1 is in force.\n', stderr: '' });
  assert.match(await destination(), /^emergency: telkom 112/);
  assert.match((await say('plan', 'history')).stdout, /^1 .* on this machine .*the first one$/m);
});

test('a plan with faults leaves the old one in force', { timeout: 60_000 }, async () => {
  const bad = join(folder, 'bad_change.json');
  const plan = JSON.parse(await readFile(example, 'utf8'));
  plan.classes[0].people = ['1999'];
  await writeFile(bad, JSON.stringify(plan));
  const { code, stdout } = await say('plan', 'apply', bad);
  assert.equal(code, 2);
  assert.match(stdout, /^\/classes\/0\/people\/0: .*1999.*\.$/m);
  assert.equal(await nameInForce(), 'first');
});

test('of two administrators the second learns who was faster', { timeout: 60_000 }, async () => {
  assert.equal((await say('plan', 'apply', await planNamed('second'), '--on', '1')).code, 0);
  const late = await say('plan', 'apply', await planNamed('third'), '--on', '1');
  assert.equal(late.code, 4);
  assert.match(late.stderr, /version 2, applied .* UTC by .* on this machine/);
  assert.equal(await nameInForce(), 'second');
  assert.match((await say('plan', 'diff')).stdout, /outbound mobile.*first.*second/);
});

test('undo brings the plan before back, and a restart keeps it', { timeout: 120_000 }, async () => {
  assert.match((await say('plan', 'undo', '--comment', 'too soon')).stdout, /^Version 3 is in force\.$/m);
  assert.equal(await nameInForce(), 'first');
  assert.equal((await say('plan', 'undo')).code, 1, 'there is nothing before it');
  await dering.stop({ keep: true });
  assert.match(await destination(), /^emergency: telkom 112/, 'also asked of the folder alone');
  restarted = await startDering({ folder: dering.folder });
  assert.equal(await nameInForce(), 'first');
  assert.match((await say('plan', 'history')).stdout, /^3 .*\(version 1 again\) too soon$/m);
});
