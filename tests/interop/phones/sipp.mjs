// SIPp as a telephone: its scenarios go on when they are told to, its sound is played from captures, and what is
// sent to the port that its sound comes from is listened to beside it.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/free_port.mjs';
import { muLawOf, ofMuLaw } from '../g711.mjs';

const scenarios = fileURLToPath(new URL('sipp', import.meta.url));
const telephoneEvent = 101;
const onlyKey = '7';

/** A capture of RTP, one packet each 20 ms. `packets`: { type, marker, timestamp, payload }. */
function captureOf(packets) {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(65_535, 16);
  head.writeUInt32LE(1, 20); // Ethernet
  const records = packets.map(({ type, marker, timestamp, payload }, i) => {
    const size = 14 + 20 + 8 + 12 + payload.length;
    const record = Buffer.alloc(16 + size);
    record.writeUInt32LE(Math.floor(i / 50), 0);
    record.writeUInt32LE((i % 50) * 20_000, 4);
    record.writeUInt32LE(size, 8);
    record.writeUInt32LE(size, 12);
    const [ip, udp, rtp] = [16 + 14, 16 + 34, 16 + 42];
    record.writeUInt16BE(0x0800, 16 + 12);
    record[ip] = 0x45;
    record.writeUInt16BE(size - 14, ip + 2);
    record[ip + 8] = 64;
    record[ip + 9] = 17;
    record.writeUInt16BE(4000, udp);
    record.writeUInt16BE(4000, udp + 2);
    record.writeUInt16BE(size - 34, udp + 4);
    record[rtp] = 0x80;
    record[rtp + 1] = (marker ? 0x80 : 0) | type;
    record.writeUInt16BE(i & 0xffff, rtp + 2);
    record.writeUInt32BE(timestamp, rtp + 4);
    record.writeUInt32BE(0x51bb, rtp + 8);
    payload.copy(record, rtp + 12);
    return record;
  });
  return Buffer.concat([head, ...records]);
}

/** A tone for so many seconds, as packets that begin at that timestamp. */
const humming = (tone, seconds, from = 0) =>
  Array.from({ length: seconds * 50 }, (_, i) => ({
    type: 0,
    marker: i === 0,
    timestamp: from + i * 160,
    payload: Buffer.from(Array.from({ length: 160 }, (_, n) => muLawOf(0.366 * Math.sin((2 * Math.PI * tone * (i * 160 + n)) / 8000)))),
  }));

/** A key, pressed for 160 ms (RFC 4733). */
const pressing = (digit) =>
  Array.from({ length: 10 }, (_, i) => {
    const payload = Buffer.alloc(4);
    payload[0] = '0123456789*#'.indexOf(digit);
    payload[1] = (i >= 7 ? 0x80 : 0) | 10;
    payload.writeUInt16BE(Math.min(i + 1, 8) * 160, 2);
    return { type: telephoneEvent, marker: i === 0, timestamp: 0, payload };
  });

export class SippPhone {
  digits = [];
  #heard = [];
  #event;

  static async start(fields, { tone }) {
    const phone = new SippPhone();
    Object.assign(phone, { fields, tone });
    phone.folder = await mkdtemp(join(tmpdir(), 'dering-sipp-'));
    phone.port = await freePort();
    await phone.#listenTo(await freePort());
    await writeFile(join(phone.folder, 'tone.pcap'), captureOf(humming(tone, 120)));
    const key = pressing(onlyKey);
    await writeFile(join(phone.folder, 'key.pcap'), captureOf([...key, ...humming(tone, 60, key.length * 160)]));
    await phone.forget();
    return phone;
  }

  /** SIPp plays past the socket layer from a port that it does not bind, ten above its own. */
  async #listenTo(port) {
    this.media = port - 10;
    this.ear = createSocket({ type: 'udp4', reuseAddr: true });
    this.ear.on('message', (packet) => this.#hear(packet));
    await new Promise((resolve) => this.ear.bind(port, this.fields.address, resolve));
  }
  #hear(packet) {
    const type = packet[1] & 127;
    if (packet.length <= 12) return;
    if (type === 0) this.#heard = [...this.#heard.slice(-19), packet.subarray(12)];
    const timestamp = packet.readUInt32BE(4);
    if (type !== telephoneEvent || timestamp === this.#event) return;
    this.#event = timestamp;
    this.digits.push('0123456789*#ABCD'[packet[12]]);
  }

  #spawn(name, args) {
    const { server, port, address, authname, password, username } = this.fields;
    const all = [`${server}:${port}`, '-sf', join(scenarios, `${name}.xml`), '-i', address, '-p', this.port, '-mi', address, '-mp', this.media]
      .concat(['-au', authname, '-ap', password, '-key', 'username', username, '-nostdin', '-aa', '-trace_err', '-error_file', 'errors', '-trace_msg', '-message_file', 'messages'], args);
    this.child = spawn('sipp', all.map(String), { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TERM: 'dumb' } });
    for (const stream of [this.child.stdout, this.child.stderr]) stream.resume();
    return new Promise((resolve) => this.child.once('exit', resolve));
  }
  /** One at a time: it waits for calls, or it calls; and it is the twin of ours, whose commands it waits for. */
  async #run(name, args = []) {
    this.twin = await freePort();
    this.exited = this.#spawn(name, ['-3pcc', `127.0.0.1:${this.twin}`, ...args]);
    this.commands = await this.#connected();
  }
  async #connected() {
    for (let tries = 0; tries < 100; ++tries) {
      const socket = connect(this.twin, '127.0.0.1');
      const isOpen = await new Promise((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)));
      if (isOpen) return socket.on('error', () => {});
      await pause(50);
    }
    throw new Error(`SIPp does not start\n${this.log}`);
  }
  async #end() {
    this.commands?.destroy();
    this.child?.kill('SIGKILL');
    await this.exited;
  }
  /** The scenario of that call goes on. */
  #go(call) {
    this.commands.write(`Call-ID: ${call}\r\nFrom: test\r\n\r\n\x1b`);
  }
  #file(name) {
    const path = join(this.folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  async call(number) {
    const { server, port } = this.fields;
    await this.#end();
    await this.#run('calls', ['-key', 'called', number, '-auth_uri', `${number}@${server}:${port}`]);
    this.outgoing = `out-${Date.now()}`;
    this.#go(this.outgoing);
  }
  get #incoming() {
    return this.#file('calls').trim().split('\n').at(-1);
  }
  get isRinging() {
    return this.#incoming !== '';
  }
  answer() {
    this.#go(this.#incoming);
  }
  get isTalking() {
    return this.outgoing ? existsSync(join(this.folder, 'talks')) : this.#heard.length > 0;
  }
  get isIdle() {
    return this.outgoing ? existsSync(join(this.folder, 'ended')) : this.hasHungUp === true;
  }
  hold() {
    this.#go(this.outgoing);
  }
  resume() {
    this.#go(this.outgoing);
  }
  /** It reads its captures as it starts. */
  press(digit) {
    if (digit !== onlyKey) throw new Error(`it has no sound for the key ${digit}`);
    this.#go(this.outgoing);
  }
  async hangUp() {
    this.hasHungUp = true;
    if (this.outgoing) return this.#end();
    return this.#go(this.#incoming);
  }
  /** Waits for calls anew. */
  async forget() {
    await this.#end();
    for (const name of ['calls', 'talks', 'ended', 'messages', 'errors']) await rm(join(this.folder, name), { force: true });
    Object.assign(this, { outgoing: undefined, hasHungUp: undefined });
    this.#heard = [];
    this.digits.length = 0;
    const code = await this.#spawn('registers', ['-m', '1']);
    if (code !== 0) throw new Error(`SIPp does not register: ${code}\n${this.log}`);
    await this.#run('answers');
  }
  get log() {
    return `${this.#file('errors')}\n${this.#file('messages').slice(-4000)}`;
  }
  async listen() {
    this.#heard = [];
    await pause(400);
    return { rate: 8000, samples: Float32Array.from(Buffer.concat(this.#heard), ofMuLaw) };
  }
  async stop() {
    await this.#end();
    this.ear.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
