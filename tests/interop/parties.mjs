// Who talks over a bad line: in the house and behind it a page and two desk phones, each with a sound of its own.
// The switchboard's certificate is of its own making.
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../support/jssip_phone.mjs';
import { openChromium } from '../support/page.mjs';
import { api, signIn } from '../support/sign_in.mjs';
import { earIn } from './ear.mjs';
import { levelOfMarks, marksFile } from './marks.mjs';
import { BaresipPhone } from './phones/baresip.mjs';
import { PagePhone } from './phones/page.mjs';

process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

// `isSound` knows its RTP on the line.
const near = [
  { name: 'page', tones: [500, 700] },
  { name: 'desk phone, G.722', codec: 'G722/16000/1', tones: [550, 750] },
  { name: 'desk phone, PCMU', codec: 'PCMU/8000/1', tones: [600, 800] },
];
const far = [
  { name: 'far desk phone, PCMU', codec: 'PCMU/8000/1', tones: [900, 1100], isSound: (type) => type === 0 },
  { name: 'far page, Opus', tones: [950, 1150], isSound: (type) => type > 95 },
  { name: 'far desk phone, PCMA', codec: 'PCMA/8000/1', tones: [1000, 1200], isSound: (type) => type === 8 },
].map((person) => ({ ...person, isFar: true }));

export const people = [...near, ...far];
people.forEach((person, i) => Object.assign(person, { extension: `100${i + 1}`, user: `p${i + 1}`, level: levelOfMarks }));

/** Caller and called: of the first two the sound is passed on, of the others it is decoded and coded anew. */
export const calls = [
  [near[0], far[0]],
  [far[1], near[1]],
  [far[2], near[2]],
];

export const isPage = ({ codec }) => codec === undefined;

/** `at`: { origin, folder, line }. */
export async function pageOf({ user, account, tones, isFar }, { origin, folder, line }) {
  const executablePath = join(folder, `${user}.sh`);
  await writeFile(executablePath, `#!/bin/sh\nexec ${isFar ? `ip netns exec ${line.far} ` : ''}${process.env.DERING_CHROMIUM ?? '/usr/bin/chromium'} "$@"\n`);
  await chmod(executablePath, 0o755);
  const phone = new PagePhone();
  phone.page = await openChromium({ speaks: await marksFile(tones, 48_000, 20), executablePath });
  await phone.page.page.addInitScript(earIn);
  await phone.page.signIn(origin, account);
  return phone;
}

/** `at`: { dering, address, line }. */
export async function deskOf({ user, codec, tones, isFar }, { dering, address, line }) {
  const { username, password } = await dering.addDevice(user, `${user}-desk`, `secret-of-${user}`);
  const fields = { username, authname: username, password, domain: 'dering', server: address, address: isFar ? line.address : address, port: dering.ports.sip };
  const speaks = await marksFile(tones, Number(codec.split('/')[1]), 60);
  // A telephone whose own buffer bears all that our lines do: 12 to 40 packets.
  return BaresipPhone.start(fields, { transport: 'udp', speaks, codecs: [codec], settings: ['jitter_buffer_delay 12-40'], ...(isFar ? { namespace: line.far } : {}) });
}

/** What somebody says, where that is known, and hears for so long. */
export async function tape(person, milliseconds) {
  if (!isPage(person)) return { heard: await person.phone.tape.record(milliseconds) };
  const { said, heard } = await person.phone.page.evaluate((time) => window.__tape(time), milliseconds, 40);
  return { said: unpacked(said), heard: unpacked(heard) };
}
function unpacked({ rate, at, base64 }) {
  const bytes = Buffer.from(base64, 'base64');
  return { rate, at, samples: Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(i * 2) / 32_768) };
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
