// Five thousand people from a real Keycloak: how long a sync takes, what it costs Dering in memory, and
// whether calls are set up more slowly while it runs. Beside "quiet" and "sync" there is a control, in
// which somebody else reads the same pages of Keycloak: the two share this machine's processors.
// Run: npm run sync-bench [-- people]; the result is printed, and kept in bench/results by hand.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../support/jssip_phone.mjs';
import { KeycloakRealm, startKeycloak, whyNoKeycloak } from '../support/keycloak.mjs';
import { startWorld } from './world.mjs';

const people = Number(process.argv[2] ?? 5000);
const rate = 20;
const seconds = 20;
const scenarios = join(dirname(fileURLToPath(import.meta.url)), '../peers/sipp');
const faculties = ['Teknik', 'Ekonomi', 'Hukum', 'Kedokteran', 'Pertanian'];

const why = await whyNoKeycloak();
if (why) throw new Error(why);
process.env.keycloak_heap = '768m';
const server = await startKeycloak();
const realm = new KeycloakRealm(server, 'crowd');
const folder = await mkdtemp(join(tmpdir(), 'dering-sync-bench-'));
let world, callee;
try {
  const groups = faculties.map((name, i) => `[[issuer.group]]\npath = "/Fakultas ${name}"\nunit = "Fakultas ${name}"\nextensions = "${i + 2}0000-${i + 2}9999"\n`);
  const sync = `[issuer.sync]\nclient_id = "dering-sync"\nsecret_file = "${realm.secretFile}"\n`;
  world = await startWorld(realm, { identity: 'built_in = true', limits: 'calls_per_user = 1000', more: sync + groups.join('') });
  const { dering } = world;
  const ayu = await world.signIn('ayu');
  const memory = async () => {
    const text = await readFile(`/proc/${dering.child.pid}/status`, 'utf8');
    return { now: Number(text.match(/VmRSS:\s+(\d+)/)[1]) / 1024, peak: Number(text.match(/VmHWM:\s+(\d+)/)[1]) / 1024 };
  };
  const mib = ({ now, peak }) => `${now.toFixed(1)} MiB (peak ${peak.toFixed(1)})`;
  const state = async () => (await ayu.refreshed('/api/v1/sync')).issuers[0];
  ayu.refreshed = async (path, options) => {
    if (ayu.claims.exp * 1000 - Date.now() < 60_000) await ayu.refresh();
    const { status, body } = await ayu.api(path, options);
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  async function synced() {
    const started = performance.now();
    await ayu.refreshed('/api/v1/sync', { method: 'POST' });
    let last;
    await until(async () => (last = await state()).state === 'running', 2, '').catch(() => {});
    await until(async () => (last = await state()).state !== 'running', 300, 'the sync does not end');
    if (last.state !== 'idle') throw new Error(JSON.stringify(last));
    return { seconds: (performance.now() - started) / 1000, ...last };
  }

  console.log(`$ npm run sync-bench`);
  console.log(`${cpus().length} vCPU ${cpus()[0].model}, Linux ${release()}, Keycloak 26.7.3 (H2, 768 MB heap) on the same machine, load ${loadavg()[0].toFixed(1)} before\n`);
  for (const name of faculties) await realm.admin('POST', '/groups', { name: `Fakultas ${name}` }).catch(() => {});
  const importing = performance.now();
  for (let at = 0; at < people; at += 500) {
    const users = Array.from({ length: Math.min(500, people - at) }, (_, i) => ({
      username: `mhs${String(at + i).padStart(5, '0')}`,
      firstName: `Nama${at + i}`,
      lastName: `Belakang${at + i}`,
      enabled: true,
      groups: [`/Fakultas ${faculties[(at + i) % faculties.length]}`],
    }));
    await realm.admin('POST', '/partialImport', { ifResourceExists: 'SKIP', users });
  }
  console.log(`${people} people made in Keycloak      ${((performance.now() - importing) / 1000).toFixed(1)} s`);

  const empty = await memory();
  const first = await synced();
  console.log(`Dering before: ${mib(empty)}`);
  console.log(`sync, all new                    ${first.seconds.toFixed(2)} s   added ${first.added}, changed ${first.changed}   Dering ${mib(await memory())}`);
  const second = await synced();
  console.log(`sync, nothing new                ${second.seconds.toFixed(2)} s   added ${second.added}, changed ${second.changed}, disabled ${second.disabled}   Dering ${mib(await memory())}`);
  for (let i = 0; i < 50; i++) await realm.changeUser(`mhs${String(i).padStart(5, '0')}`, { lastName: `Baru${i}` });
  const third = await synced();
  console.log(`sync, 50 renamed                 ${third.seconds.toFixed(2)} s   added ${third.added}, changed ${third.changed}   Dering ${mib(await memory())}`);
  console.log(`directory of ${(await ayu.refreshed('/api/v1/directory')).people.length} people as JSON\n`);

  // Calls between two desk phones over UDP: from the first INVITE to the 200, challenge included.
  for (const [username, extension] of [['caller', '9001'], ['callee', '9002']]) {
    await dering.addAccount(username, { extension });
    await dering.addDevice(username, `${username}-phone`, 'device-secret-1', { md5: true });
  }
  const sipp = (args) => spawn('sipp', [`127.0.0.1:${dering.ports.sip}`, '-i', '127.0.0.1', '-mi', '127.0.0.1', '-t', 'u1', '-nostdin', ...args], { cwd: folder, stdio: 'ignore', env: { ...process.env, TERM: 'dumb' } });
  callee = sipp(['-sf', join(scenarios, 'phone.xml'), '-oocsf', join(scenarios, 'answer.xml'), '-key', 'extension', '9002', '-au', 'callee-phone', '-ap', 'device-secret-1', '-m', '1', '-aa']);
  await until(async () => (await dering.status()).bindings > 0, 10, 'the desk phone did not register');

  async function callsWhile(name, work) {
    for (const file of await readdir(folder)) await rm(join(folder, file), { force: true });
    let busy = true;
    let rounds = 0;
    const working = (async () => {
      while (busy && work) {
        await work();
        rounds++;
      }
    })();
    const caller = sipp(['-sf', join(scenarios, 'caller.xml'), '-key', 'caller', '9001', '-key', 'callee', '9002', '-au', 'caller-phone', '-ap', 'device-secret-1', '-auth_uri', `9002@127.0.0.1:${dering.ports.sip}`, '-r', String(rate), '-m', String(rate * seconds), '-trace_rtt', '-rtt_freq', '1']);
    const code = await new Promise((resolve) => caller.on('exit', resolve));
    busy = false;
    await working;
    const file = (await readdir(folder)).find((each) => each.endsWith('_rtt.csv'));
    const times = (await readFile(join(folder, file), 'utf8')).trim().split('\n').slice(1).map((line) => Number(line.split(';')[1])).sort((a, b) => a - b);
    const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
    console.log(`${name.padEnd(34)} ${String(times.length).padStart(5)} ${String(code === 0 ? 0 : 'some').padStart(7)} ${at(0.5).toFixed(2).padStart(8)} ${at(0.9).toFixed(2).padStart(8)} ${at(0.99).toFixed(2).padStart(8)} ${times.at(-1).toFixed(2).padStart(8)} ${String(rounds || '').padStart(7)}`);
  }
  const readAllPages = async () => {
    for (let first = 0; first < people; first += 200) await realm.admin('GET', `/users?first=${first}&max=200&briefRepresentation=true`);
    for (const { id } of await realm.admin('GET', '/groups')) {
      for (let first = 0; ; first += 200) if ((await realm.admin('GET', `/groups/${id}/members?first=${first}&max=200&briefRepresentation=true`)).length < 200) break;
    }
  };
  console.log(`call set-up in ms, ${rate} calls a second for ${seconds} s, UDP`);
  console.log('beside it                          calls  failed      p50      p90      p99      max  rounds');
  for (let round = 0; round < 2; round++) {
    await callsWhile('nothing');
    await callsWhile("control: Keycloak's pages only", readAllPages);
    await callsWhile('syncs without a pause', synced);
  }
  console.log(`\nDering at the end: ${mib(await memory())}, load ${loadavg()[0].toFixed(1)}`);
  console.log(execFileSync('git', ['log', '-1', '--format=commit %h'], { encoding: 'utf8' }).trim());
} finally {
  callee?.kill('SIGKILL');
  await world?.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
