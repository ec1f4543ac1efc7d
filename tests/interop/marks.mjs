// A known sound to say into a telephone, and what of it another one hears: two tones in turns, one second each,
// so that the turns tell how late it is.
import { waveFile } from '../support/tone.mjs';

const period = 2000;
const amplitude = 0.366;
/** In dBFS, of a sine. */
export const levelOfMarks = 20 * Math.log10(amplitude);

/** Says the two tones for so many seconds. Both are whole numbers, so that a loop has no click. */
export const marksFile = ([low, high], rate, seconds) =>
  waveFile(`${low}-${high}.wav`, Float64Array.from({ length: rate * seconds }, (_, i) => amplitude * Math.sin((2 * Math.PI * (Math.floor(i / rate) % 2 ? high : low) * i) / rate)), rate);

function power(samples, hertz, rate) {
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / rate);
  let [last, before] = [0, 0];
  for (const sample of samples) [last, before] = [sample + turn * last - before, last];
  return (2 * (last * last + before * before - turn * last * before)) / samples.length ** 2;
}

/** By frames of 20 ms: { level: of the louder of both tones, as dBFS, isTone: it is most of what is heard, high }. */
function framesOf({ rate, samples }, [low, high]) {
  const size = rate / 50;
  return Array.from({ length: Math.floor(samples.length / size) }, (_, i) => {
    const frame = samples.subarray(i * size, (i + 1) * size);
    const all = frame.reduce((sum, sample) => sum + sample * sample, 0) / size;
    const [lows, highs] = [power(frame, low, rate), power(frame, high, rate)];
    const level = 10 * Math.log10(2 * Math.max(lows, highs) + 1e-12);
    // Where the turn is within the frame it is some of both.
    return { level, isTone: lows + highs > all / 2 && level > -45, high: highs > lows };
  });
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Of a sound with these tones: { share: of frames, gap: the longest without them, ms, level: dBFS }. */
export function heardOf(sound, tones) {
  const frames = framesOf(sound, tones);
  let [gap, now] = [0, 0];
  for (const { isTone } of frames) {
    now = isTone ? 0 : now + 20;
    gap = Math.max(gap, now);
  }
  const tone = frames.filter(({ isTone }) => isTone);
  return { share: tone.length / frames.length, gap, level: median(tone.map(({ level }) => level)) };
}

/** When the turns are, in ms of the period; `sound.at` is when it begins. */
function phaseOf(sound, tones) {
  const frames = framesOf(sound, tones);
  let best = { agreeing: -1, phase: NaN };
  for (let phase = 0; phase < period; phase += 10) {
    const agreeing = frames.filter(({ isTone, high }, i) => isTone && high === ((((sound.at + i * 20 + 10 - phase) % period) + period) % period < period / 2)).length;
    if (agreeing > best.agreeing) best = { agreeing, phase };
  }
  return best.phase;
}

/** How much later the one is than the other, in ms; less than two seconds. */
export const delayBetween = (said, heard, tones) => (phaseOf(heard, tones) - phaseOf(said, tones) + period + 200) % period - 200;
