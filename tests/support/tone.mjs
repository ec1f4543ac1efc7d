// A microphone that hums: WAV files with one sine tone each, for Chromium's fake audio capture.
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes ten seconds of a sine at `hertz` (a whole number, so that the loop has no click). */
export function toneFile(hertz, rate = 48_000) {
  return waveFile(`${hertz}.wav`, Float64Array.from({ length: rate * 10 }, (_, i) => 0.366 * Math.sin((2 * Math.PI * hertz * i) / rate)), rate);
}

/** Writes samples of -1 to 1 as 16-bit PCM of one channel; gives the path. */
export async function waveFile(name, samples, rate) {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + samples.length * 2, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, i) => file.writeInt16LE(Math.round(sample * 32_767), 44 + i * 2));
  const folder = await mkdtemp(join(tmpdir(), 'dering-tone-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  await writeFile(path, file);
  return path;
}
