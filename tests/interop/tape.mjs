// A loudspeaker for a program that wants a real one, and a microphone: a PulseAudio of its own, whose only output goes
// on tape.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { until } from '../support/jssip_phone.mjs';

export class Tape {
  /** Keeps its files in that folder. `environment` is what the program needs to find it. `speaks` is a file for the microphone. */
  static async start(folder, { speaks } = {}) {
    const tape = new Tape();
    const socket = join(folder, 'pulse.sock');
    tape.path = join(folder, 'tape.wav');
    tape.environment = { PULSE_SERVER: `unix:${socket}`, PULSE_RUNTIME_PATH: join(folder, 'pulse'), HOME: folder };
    const server = ['-n', '--exit-idle-time=-1', '-L', 'module-null-sink sink_name=tape rate=16000 channels=1', '-L', `module-native-protocol-unix auth-anonymous=1 socket=${socket}`];
    const microphone = ['-L', 'module-null-sink sink_name=mouth rate=48000 channels=1', '-L', 'module-remap-source source_name=microphone master=mouth.monitor'];
    tape.children = [tape.#run('pulseaudio', [...server, ...(speaks ? microphone : [])])];
    await until(() => existsSync(socket), 10, 'PulseAudio did not start');
    tape.children.push(tape.#run('parecord', ['--device=tape.monitor', '--format=s16le', '--rate=16000', '--channels=1', '--latency-msec=40', '--file-format=wav', tape.path]));
    if (speaks) {
      tape.environment.PULSE_SOURCE = 'microphone';
      tape.children.push(tape.#run('paplay', ['--device=mouth', speaks]));
    }
    return tape;
  }
  /** What is played in so many milliseconds: { rate, samples, at: when the first of them was (Unix time, ms) }. */
  async record(milliseconds) {
    const rate = 16_000;
    const recorder = this.#run('parecord', ['--device=tape.monitor', '--format=s16le', `--rate=${rate}`, '--channels=1', '--latency-msec=20', '--raw'], ['ignore', 'pipe', 'ignore']);
    const chunks = [];
    let [bytes, at] = [0, Infinity];
    recorder.stdout.on('data', (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      at = Math.min(at, Date.now() - (bytes / 2 / rate) * 1000);
    });
    await setTimeout(milliseconds);
    recorder.kill('SIGKILL');
    const all = Buffer.concat(chunks);
    return { rate, at, samples: Float32Array.from({ length: all.length >> 1 }, (_, i) => all.readInt16LE(i * 2) / 32_768) };
  }
  #run(program, args, stdio = 'ignore') {
    return spawn(program, args, { stdio, env: { ...process.env, ...this.environment } });
  }
  stop() {
    for (const child of this.children) child.kill('SIGKILL');
  }
}
