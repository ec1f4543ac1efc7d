// A bad line from this network to a namespace of its own behind it, by bad_line.py.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const program = fileURLToPath(new URL('bad_line.py', import.meta.url));

/** Why there can be none here; false when there can. */
export const noBadLine = (() => {
  if (process.getuid() !== 0 || !/\s4294967295$/m.test(readFileSync('/proc/self/uid_map', 'utf8'))) return 'network namespaces need root';
  try {
    accessSync('/dev/net/tun', constants.W_OK);
    return false;
  } catch {
    return 'there is no /dev/net/tun';
  }
})();

export class BadLine {
  near = `dbl${randomBytes(3).toString('hex')}n`;
  far = this.near.replace(/n$/, 'f');
  /** Of what is behind the line. */
  address = '10.98.1.2';
  #said = [];

  /** Everything of this network can be reached from behind the line. What passes is captured in files of that prefix. */
  static async start(prefix) {
    const line = new BadLine();
    await run('ip', ['netns', 'attach', line.near, String(process.pid)]);
    await run('ip', ['netns', 'add', line.far]);
    await run('ip', ['-n', line.far, 'link', 'set', 'lo', 'up']);
    line.child = spawn('python3', [program, line.near, '10.98.1.1/24', line.far, `${line.address}/24`, '--capture', prefix], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: line.child.stdout }).on('line', (words) => line.#said.shift()?.(words));
    await line.#answer();
    await run('ip', ['-n', line.far, 'route', 'add', 'default', 'dev', 'line0']);
    return line;
  }
  #answer() {
    return new Promise((resolve) => this.#said.push(resolve));
  }
  /** Any of loss, burst, delay and jitter, as bad_line.py knows them. */
  async become({ loss = 0, burst = 1, delay = 0, jitter = 0 }) {
    this.child.stdin.write(`loss ${loss} burst ${burst} delay ${delay} jitter ${jitter}\n`);
    await this.#answer();
  }
  /** Leads what connects to that port here to the same port behind the line, past it. */
  lead(port) {
    const there = `const s = require('node:net').connect(${port}, '127.0.0.1'); process.stdin.pipe(s).pipe(process.stdout)`;
    const server = createServer((socket) => {
      const child = spawn('ip', ['netns', 'exec', this.far, process.execPath, '-e', there], { stdio: ['pipe', 'pipe', 'inherit'] });
      for (const stream of [socket, child.stdin]) stream.on('error', () => {});
      socket.pipe(child.stdin);
      child.stdout.pipe(socket);
      socket.once('close', () => child.kill());
    });
    server.listen(port, '127.0.0.1').unref();
  }
  async stop() {
    this.child.kill('SIGKILL');
    await run('ip', ['netns', 'del', this.far]);
    await run('ip', ['netns', 'del', this.near]);
  }
}
