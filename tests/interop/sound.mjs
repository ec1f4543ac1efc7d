// Sound as numbers: what a recording holds, by level and by frequency.
import { open } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/**
 * What is added to a WAV file of 16-bit PCM within so many milliseconds: { rate, samples }, of its first channel; nothing
 * when somebody begins it anew meanwhile.
 */
export async function added(path, milliseconds) {
  const file = await open(path).catch(() => null);
  if (!file) return { rate: 8000, samples: new Float32Array() };
  try {
    const header = Buffer.alloc(44);
    await file.read(header, 0, 44, 0);
    const rate = header.readUInt32LE(24) || 8000;
    const frame = (header.readUInt16LE(22) || 1) * 2;
    const frames = async () => Math.floor(Math.max(0, (await file.stat()).size - 44) / frame);
    const begin = await frames();
    await setTimeout(milliseconds);
    const count = Math.max(0, (await frames()) - begin);
    const bytes = Buffer.alloc(count * frame);
    await file.read(bytes, 0, bytes.length, 44 + begin * frame);
    return { rate, samples: Float32Array.from({ length: count }, (_, i) => bytes.readInt16LE(i * frame) / 32768) };
  } finally {
    await file.close();
  }
}

/** Power at one frequency (Goertzel), as a share of a full-scale sine's. */
export function power({ rate, samples }, hertz) {
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / rate);
  let [last, before] = [0, 0];
  for (const sample of samples) [last, before] = [sample + turn * last - before, last];
  const scale = 2 / samples.length;
  return (last * last + before * before - turn * last * before) * scale * scale;
}

/** The loudest frequency between 200 and 3,400 Hz, to 10 Hz; 0 when it is below -50 dBFS. */
export function loudest(sound) {
  if (sound.samples.length < sound.rate / 10) return 0;
  let best = { hertz: 0, level: 1e-5 };
  for (let hertz = 200; hertz <= 3400; hertz += 10) {
    const level = power(sound, hertz);
    if (level > best.level) best = { hertz, level };
  }
  return best.hertz;
}

const keypad = ['123A', '456B', '789C', '*0#D'];
const rows = [697, 770, 852, 941];
const columns = [1209, 1336, 1477, 1633];

/** Which key of the keypad the sound is (ITU-T Q.23), or nothing. */
export function keyIn(sound) {
  if (sound.samples.length < sound.rate / 50) return undefined;
  const best = (tones) => tones.map((hertz) => [power(sound, hertz), hertz]).toSorted((a, b) => b[0] - a[0])[0];
  const [row, column] = [best(rows), best(columns)];
  if (row[0] < 1e-5 || column[0] < 1e-5) return undefined;
  return keypad[rows.indexOf(row[1])][columns.indexOf(column[1])];
}

/** A recording that came as text, as pages give it: { rate, base64 } of 16 bits a sample. */
export function unpacked({ rate, base64 }) {
  const bytes = Buffer.from(base64, 'base64');
  return { rate, samples: Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(i * 2) / 32_768) };
}

/** A key that is pressed once a second is in it, ms. */
export const keyTime = 1600;

/** Whether the key is somewhere in it: a piece of 40 ms that holds little else. */
export function holdsKey({ rate, samples }, key) {
  const size = rate / 25;
  const row = keypad.findIndex((keys) => keys.includes(key));
  const tones = [rows[row], columns[keypad[row].indexOf(key)]];
  return Array.from({ length: Math.floor(samples.length / size) }, (_, i) => samples.subarray(i * size, (i + 1) * size)).some((piece) => {
    // Of a sine it is half of what power() gives.
    const all = piece.reduce((sum, sample) => sum + sample * sample, 0) / size;
    const shares = tones.map((hertz) => power({ rate, samples: piece }, hertz) / 2 / all);
    return all > 1e-5 && shares[0] + shares[1] > 0.6 && Math.min(...shares) > 0.1;
  });
}
