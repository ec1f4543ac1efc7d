// IP4: the disk of the data folder is full for a while, and then is not.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { program, startDering } from '../support/dering.mjs';
import { JsSipPhone, once, until } from '../support/jssip_phone.mjs';
import { api, signIn, token } from '../support/sign_in.mjs';

const megabytes = 4;
let folder;
let data;
let unable;
let dering;

/** A disk of its own, if we may have one. */
function mount() {
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', data]);
  return done.status === 0 ? undefined : `needs root to mount a small disk: ${String(done.stderr ?? done.error).trim()}`;
}
async function fill() {
  await writeFile(join(data, 'filler'), '');
  spawnSync('dd', ['if=/dev/zero', `of=${join(data, 'filler')}`, 'bs=4k']);
}

/** Registers as siti's desk phone, and then says nothing more. */
async function deskRegisters(device) {
  const settings = { user: '1001', device: device.username, password: device.password, server: '127.0.0.1', port: dering.ports.sip, bind: '127.0.0.1' };
  const child = spawn(process.execPath, [fileURLToPath(new URL('../support/udp_phone.mjs', import.meta.url)), JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await new Promise((resolve) => child.stdout.setEncoding('utf8').once('data', resolve));
  child.kill('SIGKILL');
  assert.deepEqual(JSON.parse(said), { event: 'registered', status: 200 });
}
const readiness = async () => {
  const answer = await fetch(`${dering.http}/readyz`);
  return { status: answer.status, ...(await answer.json()) };
};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dering-full-'));
  data = join(folder, 'var');
  await mkdir(data);
  unable = mount();
});
after(async () => {
  await dering?.stop({ keep: true });
  if (!unable) execFileSync('umount', [data]);
  await rm(folder, { recursive: true, force: true });
});

test('IP4 with a full disk people sign in, renew and call, and all of it is there once there is room', { timeout: 90_000 }, async (t) => {
  if (unable) return t.skip(unable);
  dering = await startDering({ folder, config: 'new_calls_per_minute = 1000\n' });
  const siti = await dering.addAccount('siti', { extension: '1001' });
  const device = await dering.addDevice('siti', 'siti-desk', 'seven bamboo chairs');
  let tokens = await signIn(dering.http, siti);
  const phone = new JsSipPhone(dering.http, '1001', tokens.access_token);
  await phone.start();
  const call = async () => {
    const one = phone.call('*43');
    await once(one, ['confirmed'], ['failed']);
    one.terminate();
  };
  await call();
  const recorded = async () => (await api(dering.http, '/api/v1/calls?limit=100', tokens.access_token)).body.calls.length;
  await until(async () => (await recorded()) === 1, 20, 'no record of the first call');

  await fill();
  for (let i = 0; i < 20; i++) await call();
  await deskRegisters(device);
  await until(async () => (await dering.status()).changes_waiting_for_the_disk >= 20, 10, 'status does not show what waits');
  await dering.logged(/changes wait in memory for room on the disk/, 20);
  await until(async () => (await readiness()).status === 503, 20, '/readyz finds nothing wrong');
  assert.match((await readiness()).store.reason, /room on the disk/);
  for (let i = 0; i < 3; i++) {
    tokens = await token(dering.http, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  }
  tokens = await signIn(dering.http, siti);
  const used = tokens.refresh_token;
  tokens = await token(dering.http, { grant_type: 'refresh_token', refresh_token: used });
  await assert.rejects(token(dering.http, { grant_type: 'refresh_token', refresh_token: used }), /invalid_grant/, 'a used token is good again');

  await rm(join(data, 'filler'));
  tokens = await signIn(dering.http, siti);
  await until(async () => (await recorded()) === 21, 10, 'records are lost');
  await until(async () => (await dering.status()).changes_waiting_for_the_disk === 0, 10, 'something still waits');
  await until(async () => (await readiness()).status === 200, 20, '/readyz still finds something wrong');
  await phone.stop();
  await dering.stop({ keep: true });
  dering = await startDering({ folder, ports: dering.ports });
  tokens = await token(dering.http, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  assert.equal(await recorded(), 21, 'and stay after a new start');
  await until(async () => (await dering.status()).bindings === 1, 20, 'the binding of the desk phone is lost');
});

test('IP4 at the start the file and the reason are named', { timeout: 30_000 }, async (t) => {
  if (unable) return t.skip(unable);
  await dering?.stop({ keep: true });
  dering = undefined;
  await fill();
  const { stderr, status } = spawnSync(program, ['run', '--data', data, '--no-demo', '--config', join(folder, 'test.toml')], { encoding: 'utf8', timeout: 10_000 });
  assert.notEqual(status, 0);
  assert.ok(stderr.includes(data), `no file is named: ${stderr}`);
  assert.match(stderr, /KiB left|[Nn]o space left/, `no reason is named: ${stderr}`);
});
