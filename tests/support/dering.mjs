// Starts a real dering with its engine on free ports and a data folder of its own, and stops it.
import { spawn, execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './free_port.mjs';

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const program = process.env.DERING_PROGRAM ?? join(root, 'build/release/bin/dering');
const web = join(root, 'web/phone/dist');

/**
 * A running switchboard. `http` and `https` are origins; `ports` has http, https, sip, sip_tls and media.
 * Options: config (TOML text added to the test's own), sip and codecs (the same within [sip] and [media]), address (IP of all
 * listeners), folder and ports (of a Dering that was killed, to use again), media (addresses of the
 * engine; null: those it finds), engine (its ports; an engine that comes up again has others if they
 * are not named), namespace (of the network that it runs in), limits (of the section of that name).
 */
export async function startDering({ config = '', sip = '', codecs = '', address = '127.0.0.1', folder: old, ports, media = [address], engine, namespace, limits = { connections_per_address: 2000 } } = {}) {
  ports ??= await freePorts();
  const folder = old ?? (await mkdtemp(join(tmpdir(), 'dering-test-')));
  const file = join(folder, 'test.toml');
  await writeFile(file, testConfig(address, ports, { media, engine }, limits).replace('[sip]\n', `[sip]\n${sip}`).replace('[media]\n', `[media]\n${codecs}`) + config);
  const options = ['--config', file, '--data', join(folder, 'var'), '--web', web, '--no-demo'];
  const command = [...(namespace ? ['ip', 'netns', 'exec', namespace] : []), program, 'run', ...options];
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => log.push(text));
  }
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const dering = new Dering(folder, child, exited, log);
  await dering.waitUntilReady();
  return dering;
}

/** Not the kernel's choice: a Dering that comes back would find its port with somebody's outgoing connection. */
async function freePorts() {
  return { http: await freePort(), https: await freePort(), sip: await freePort(), sip_tls: await freePort() };
}

function testConfig(address, ports, { media, engine = { port: 0, rtp: '0-199' } }, limits) {
  return `
[http]
address = "${address}"
port = ${ports.http}
[https]
address = "${address}"
port = ${ports.https}
host = "localhost"
[sip]
address = "${address}"
port = ${ports.sip}
tls_port = ${ports.sip_tls ?? 0}
[media]
${media ? `addresses = ${JSON.stringify(media)}` : ''}
port = ${engine.port}
rtp_ports = "${engine.rtp}"
[limits]
${Object.entries(limits).map(([name, value]) => `${name} = ${value}`).join('\n')}
`;
}

export class Dering {
  constructor(folder, child, exited, log) {
    Object.assign(this, { folder, child, exited, log });
    this.data = join(folder, 'var');
  }

  /** Runs another dering command on the same data folder; gives its standard output. */
  async command(...args) {
    const { stdout } = await run(program, [...args, '--data', this.data]);
    return stdout;
  }

  /** The same with a password on standard input. */
  async commandWith(password, ...args) {
    const running = run(program, [...args, '--data', this.data]);
    running.child.stdin.end(`${password}\n`);
    return (await running).stdout;
  }

  async status() {
    return JSON.parse(await this.command('status', '--json'));
  }

  async waitUntilReady() {
    const deadline = Date.now() + 20_000;
    let last = '';
    while (Date.now() < deadline) {
      try {
        const status = await this.status();
        if (status.engine === 'ready') {
          const { ports } = status;
          this.ports = ports;
          this.http = `http://localhost:${ports.http}`;
          this.https = `https://localhost:${ports.https}`;
          return this;
        }
      } catch (error) {
        last = String(error.stderr ?? error);
      }
      if (this.child.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`dering did not become ready: ${last}\n${this.log.join('')}`);
  }

  async addAccount(username, { name = username, unit, extension, password = `${username}-has-a-secret` } = {}) {
    const args = ['account', 'add', username, '--name', name, '--ask-password'];
    if (unit) args.push('--unit', unit);
    if (extension) args.push('--extension', extension);
    await this.commandWith(password, ...args);
    return { username, password, extension, name };
  }

  /** Desk-phone credentials for a user; gives { username, password }. */
  async addDevice(username, device, password, { md5 = false } = {}) {
    await this.commandWith(password, 'account', 'device', username, device, ...(md5 ? ['--md5'] : []));
    return { username: device, password };
  }

  /** Waits until the log holds the text or pattern. */
  async logged(pattern, seconds = 10) {
    const deadline = Date.now() + seconds * 1000;
    const found = () => (typeof pattern === 'string' ? this.log.join('').includes(pattern) : pattern.test(this.log.join('')));
    while (!found()) {
      if (Date.now() > deadline) throw new Error(`not in the log within ${seconds} s: ${pattern}\n${this.log.join('')}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The media engine dies; the switchboard starts another one. */
  async killEngine() {
    const { stdout } = await run('pgrep', ['-P', String(this.child.pid), '-f', 'dering-media']);
    for (const pid of stdout.trim().split('\n')) process.kill(Number(pid), 'SIGKILL');
  }

  kill(signal = 'SIGKILL') {
    this.child.kill(signal);
    return this.exited;
  }

  /** Ends both programs cleanly; removes the data folder unless `keep`. */
  async stop({ keep = false } = {}) {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    const result = await Promise.race([this.exited, new Promise((resolve) => setTimeout(resolve, 10_000, 'late'))]);
    if (result === 'late') this.child.kill('SIGKILL');
    if (!keep) await rm(this.folder, { recursive: true, force: true });
    if (result === 'late') throw new Error(`dering did not stop within 10 s\n${this.log.join('')}`);
    return result;
  }
}
