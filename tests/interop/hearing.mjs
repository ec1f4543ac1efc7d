// Whom a phone hears: each has a tone of its own in the microphone.
import { until } from '../support/jssip_phone.mjs';
import { loudest } from './sound.mjs';

/** The loudest tone that the phone hears. */
export async function heard(phone) {
  const sound = await phone.listen();
  return sound.hertz ?? loudest(sound);
}
const isNear = (hertz, tone) => Math.abs(hertz - tone) <= 15;

/** linphone plays and records files, and has to be told again when it has started another stream. */
export async function hears(phone, other, seconds = 4) {
  let last;
  for (let tries = 1; ; ++tries) {
    const isHeard = async () => {
      await Promise.all([phone.hum?.(), other.hum?.()]);
      return isNear((last = await heard(phone)), other.tone);
    };
    const inTime = until(isHeard, seconds, '');
    if (await inTime.then(() => true, () => false)) return;
    // It was too early for linphone, which says nothing of that.
    for (const it of [phone, other]) it.hummed &&= 0;
    if (tries === 4) throw new Error(`${phone.name} does not hear ${other.name} (${other.tone} Hz), but ${last}`);
  }
}
export const hearEachOther = (a, b, seconds) => Promise.all([hears(a, b, seconds), hears(b, a, seconds)]);

export async function hearsNot(phone, other) {
  await until(async () => !isNear(await heard(phone), other.tone), 6, `${phone.name} still hears ${other.name}`);
}
