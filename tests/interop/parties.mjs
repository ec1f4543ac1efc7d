// Who talks over a bad line: in the house and behind it a page and two desk phones, each with a sound of its own.
// The switchboard's certificate is of its own making.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../support/free_port.mjs';
import { until } from '../support/jssip_phone.mjs';
import { openChromium, openFirefox } from '../support/page.mjs';
import { api, signIn } from '../support/sign_in.mjs';
import { earIn } from './ear.mjs';
import { levelOfMarks, marksFile } from './marks.mjs';
import { BaresipPhone } from './phones/baresip.mjs';
import { PagePhone } from './phones/page.mjs';
import { unpacked } from './sound.mjs';
import { Tape } from './tape.mjs';

process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

// `isSound` knows its RTP on the line; `ownJitter` is what it has without one, ms: a sound server hands out a
// microphone in chunks.
const near = [
  { name: 'page', tones: [500, 700] },
  { name: 'desk phone, G.722', codec: 'G722/16000/1', tones: [550, 750] },
  { name: 'desk phone, PCMU', codec: 'PCMU/8000/1', tones: [600, 800] },
  { name: 'desk phone, PCMA', codec: 'PCMA/8000/1', tones: [650, 850] },
];
const far = [
  { name: 'far desk phone, PCMU', codec: 'PCMU/8000/1', tones: [900, 1100], isSound: (type) => type === 0 },
  { name: 'far page, Opus', tones: [950, 1150], isSound: (type) => type === 111 },
  { name: 'far desk phone, PCMA', codec: 'PCMA/8000/1', tones: [1000, 1200], isSound: (type) => type === 8 },
  { name: 'far page in Firefox, Opus', isFirefox: true, ownJitter: 20, tones: [1050, 1250], isSound: (type) => type === 109 },
].map((person) => ({ ...person, isFar: true }));

export const people = [...near, ...far];
people.forEach((person, i) => Object.assign(person, { extension: `100${i + 1}`, user: `p${i + 1}`, level: levelOfMarks }));

/** Caller and called: of the first two the sound is passed on, of the others it is decoded and coded anew. */
export const calls = [
  [near[0], far[0]],
  [far[1], near[1]],
  [far[2], near[2]],
  [far[3], near[3]],
];

export const isPage = ({ codec }) => codec === undefined;

/** Signs in with a page. The person has it as soon as it is open, so that it can be closed whatever fails. `at`: { origin, folder, line }. */
export async function openPage(person, { origin, folder, line }) {
  const executablePath = await executableOf(person, folder, line);
  person.phone = new PagePhone();
  person.phone.page = await (person.isFirefox ? firefoxOf : chromiumOf)(person, { executablePath, folder, line });
  await person.phone.page.signIn(origin, person.account);
}
async function executableOf({ user, isFar, isFirefox }, folder, line) {
  const program = isFirefox ? (process.env.DERING_FIREFOX ?? '/usr/bin/firefox-esr') : (process.env.DERING_CHROMIUM ?? '/usr/bin/chromium');
  const path = join(folder, `${user}.sh`);
  await writeFile(path, `#!/bin/sh\nexec ${isFar ? `ip netns exec ${line.far} ` : ''}${program} "$@"\n`);
  await chmod(path, 0o755);
  return path;
}
async function chromiumOf({ tones }, { executablePath }) {
  const page = await openChromium({ speaks: await marksFile(tones, 48_000, 20), executablePath });
  await page.page.addInitScript(earIn);
  return page;
}
/** Its driver finds it by a port of the network that it runs in, and its microphone is a real one to it. */
async function firefoxOf({ user, tones }, { executablePath, folder, line }) {
  const home = join(folder, user);
  await mkdir(home);
  const loudspeaker = await Tape.start(home, { speaks: await marksFile(tones, 16_000, 900) });
  const debuggingPort = await freePort();
  line.lead(debuggingPort);
  const page = await openFirefox({ executablePath, loudspeaker, microphone: true, debuggingPort }).catch((error) => {
    loudspeaker.stop();
    throw error;
  });
  await page.page.evaluateOnNewDocument(earIn);
  page.browser.once('disconnected', () => loudspeaker.stop());
  return page;
}

/** `at`: { dering, address, line }. */
export async function openDeskPhone(person, { dering, address, line }) {
  const { user, codec, tones, isFar } = person;
  const { username, password } = await dering.addDevice(user, `${user}-desk`, `secret-of-${user}`);
  const fields = { username, authname: username, password, domain: 'dering', server: address, address: isFar ? line.address : address, port: dering.ports.sip };
  const speaks = await marksFile(tones, Number(codec.split('/')[1]), 60);
  // A telephone whose own buffer bears all that our lines do: 12 to 40 packets.
  person.phone = await BaresipPhone.start(fields, { transport: 'udp', speaks, codecs: [codec], settings: ['jitter_buffer_delay 12-40'], ...(isFar ? { namespace: line.far } : {}) });
}

/** What somebody says, where that is known, and hears for so long. */
export async function tape(person, milliseconds) {
  if (!isPage(person)) return { heard: await person.phone.tape.record(milliseconds) };
  const { said, heard } = await person.phone.page.evaluate((time) => window.__tape(time), milliseconds, 40);
  return { said: { ...unpacked(said), at: said.at }, heard: { ...unpacked(heard), at: heard.at } };
}

/** How the sound of somebody's phone got through in the call that has just ended, as the history has it. */
export async function qualityOf(person, { origin }) {
  person.token ??= (await signIn(origin, person.account)).access_token;
  const last = async () => (await api(origin, '/api/v1/calls', person.token)).body.calls[0];
  const before = person.lastCall;
  await until(async () => (await last())?.id !== before, 5, `the call of ${person.name} is not in its history`);
  const { id, quality } = await last();
  person.lastCall = id;
  return quality;
}
