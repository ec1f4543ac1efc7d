// The plan of routes from the command line: each row of the table that the unit tests read leads where it says, and
// what is wrong with a plan is told with its place and by the exit code.
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
let dering, folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dering-plan-'));
  dering = await startDering();
  for (const [username, extension, unit] of people) await dering.addAccount(username, { extension, unit });
});
after(() => Promise.allSettled([dering?.stop(), folder && rm(folder, { recursive: true })]));

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
