// @dering/phone, packed and installed as somebody else does it, in Chromium at a real Asterisk 22 over WSS with a SIP
// password. Its README's sample and all files of docs/react-freepbx.md are taken out of their text.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get } from 'node:https';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { noAsterisk } from '../support/asterisk.mjs';
import { AsteriskPbx } from '../support/asterisk_pbx.mjs';
import { startDering } from '../support/dering.mjs';
import { fileIn, replaced, samplesOf } from '../support/document.mjs';
import { freePort } from '../support/free_port.mjs';
import { until } from '../support/jssip_phone.mjs';
import { openChromium } from '../support/page.mjs';
import { App } from '../support/phone_package.mjs';
import { signIn } from '../support/sign_in.mjs';

const run = promisify(execFile);
const readme = 'web/sip/README.md';
const guide = 'docs/react-freepbx.md';
// Seconds for what takes one or two: whoever else uses the machine must not fail it.
const patience = 60;
const own = 440;

let app, pbx, dering, phone, origin;

before(async () => {
  app = await App.make();
  const [sample, atDering] = (await samplesOf(readme)).filter(({ kind }) => kind === 'ts');
  await app.write('src/sample.ts', sample.text);
  await app.write('src/dering.ts', atDering.text);
  for (const name of ['Telephone.tsx', 'App.tsx']) await app.write(`src/${name}`, await fileIn(guide, name));
  const port = await freePort();
  // As README says: this app's pages are not Dering's own.
  dering = await startDering({ config: `[web]\nwebsocket_origins = ["http://localhost:${port}"]\n` });
  await app.write('src/open.ts', replaced(atDering.text, [['wss://phone.example/ws/sip', `ws://localhost:${dering.ports.http}/ws/sip`]]));
  await app.page('dering', 'ts', '<audio></audio><button>Call</button>', withToken);
  const pages = ['dering.html'];
  if (!noAsterisk) {
    pbx = await AsteriskPbx.start();
    const here = replaced(sample.text, [
      ['wss://pbx.example:8089/ws', pbx.server],
      ['sip:1001@pbx.example', 'sip:1001@localhost'],
      ['the-secret-of-1001', AsteriskPbx.password],
    ]);
    await app.page('sample', 'ts', '<audio></audio><button>Call</button>', here);
    await app.page('index', 'tsx', '<div id="root"></div>', main(pbx.server));
    pages.push('sample.html', 'index.html');
  }
  origin = await app.serve(pages, port);
  phone = await openChromium({ tone: own });
  phone.page.setDefaultTimeout(patience * 1000);
  await phone.page.addInitScript(showSpeakers);
});
after(() => Promise.allSettled([phone?.browser.close(), pbx?.stop(), dering?.stop(), app?.stop()]));

/** With the tokens that the address names, one after the other. */
const withToken = `
import { open } from './open';
const tokens = location.hash.slice(1).split(',');
const phone = open(tokens.shift()!, async () => tokens.shift()!, document.querySelector('audio')!);
phone.subscribe(({ connection, call }) => (document.title = \`\${connection} \${call.kind}\`));
document.querySelector('button')!.onclick = () => phone.call('*43');
addEventListener('pagehide', () => phone.disconnect());
phone.connect();`;

/** Whoever the address names; in the mode in which React does everything twice. */
const main = (server) => `
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Telephone } from './Telephone';
const [user, password] = location.hash.slice(1).split(':');
createRoot(document.getElementById('root')!).render(
  <StrictMode><Telephone server="${server}" domain="localhost" user={user} password={password} /></StrictMode>,
);`;

/** What listenIn() looks for stands in the page. */
function showSpeakers() {
  const Real = window.Audio;
  window.Audio = function (...words) {
    const element = new Real(...words);
    for (const other of document.querySelectorAll('audio')) other.remove();
    document.documentElement.append(element);
    return element;
  };
}

const told = async () => `${await phone.account()}\n${pbx?.log.slice(-3000)}\n${dering.log.join('').slice(-3000)}`;
const reaches = (condition, what) =>
  until(condition, patience, what).catch(async (error) => {
    throw new Error(`${error.message}\n${await told()}`);
  });
const text = () => phone.evaluate(() => document.body.innerText);
const says = (pattern) => reaches(async () => pattern.test(await text()), `the page does not say ${pattern}`);
const click = (name) => phone.page.getByRole('button', { name, exact: true }).click();
const hears = (hertz) => reaches(async () => Math.abs((await phone.evaluate(() => window.__hearing())) - hertz) < 15, `${hertz} Hz is not heard`);
const isSilent = (words) => reaches(async () => (await phone.evaluate(() => window.__hearing())) === 0, words);
const titled = (title) => reaches(async () => (await phone.page.title()) === title, `the title is not ${title}`);
const isQuiet = () => reaches(() => pbx.isQuiet(), 'Asterisk keeps a channel');
const call = async (number) => {
  await phone.page.getByLabel('Number').fill(number);
  await click('Call');
};

/** A page of the app from the beginning, registered as this extension. */
async function open(extension, password = AsteriskPbx.password) {
  // Only the part behind # may be new, which loads nothing.
  await phone.page.goto('about:blank');
  await phone.page.goto(`${origin}/index.html#${extension}:${password}`);
}

test('the tarball holds modules, types, README and licence, and nothing of the page', async () => {
  const files = await app.packed;
  for (const name of ['index.js', 'index.d.ts', 'README.md', 'LICENSE', 'package.json']) assert.ok(files.includes(name), name);
  assert.deepEqual(files.filter((name) => !/^(\w+\.(js|d\.ts)|README\.md|LICENSE|package\.json)$/.test(name)), []);
  const packed = JSON.parse(await readFile(`${app.folder}/node_modules/@dering/phone/package.json`, 'utf8'));
  assert.deepEqual(Object.keys(packed.dependencies), ['jssip']);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', "console.log((await import('@dering/phone')).version)"], { cwd: app.folder });
  assert.equal(stdout.trim(), packed.version);
});

test('what README and the guide show passes the compiler, and a mistake in it would not', async () => {
  await app.write('src/wrong.ts', "import { WebPhone } from '@dering/phone';\nnew WebPhone({ server: 'wss://pbx.example' });");
  const faults = await app.check('sample.ts', 'dering.ts', 'App.tsx', 'wrong.ts');
  assert.deepEqual(faults.match(/^\S+?(?=\(\d)/gm), ['src/wrong.ts'], faults);
  assert.match(faults, /wrong\.ts\(2,\d+\): error TS2345/);
});

test('at Dering a token registers, the next one where that is refused, and the echo is heard', { timeout: 300_000 }, async () => {
  const { access_token } = await signIn(dering.http, await dering.addAccount('siti', { extension: '1001' }));
  await phone.page.goto(`${origin}/dering.html#expired,${access_token}`);
  await titled('ready idle');
  await click('Call');
  await titled('ready talking');
  await hears(own);
  await phone.page.goto('about:blank');
  await reaches(async () => (await dering.status()).calls === 0, 'the call goes on');
});

test('the sample of README registers, calls, and hears itself', { skip: noAsterisk, timeout: 300_000 }, async () => {
  await phone.page.goto(`${origin}/sample.html`);
  await titled('ready idle');
  await click('Call');
  await titled('ready talking');
  await hears(own);
  // What it says as it goes away ends the call.
  await phone.page.goto('about:blank');
  await isQuiet();
});

test('Asterisk answers what it is asked over a quiet connection', { skip: noAsterisk, timeout: 300_000 }, async () => {
  const { questionFor } = await import(`${app.folder}/node_modules/@dering/phone/question.js`);
  const question = questionFor({ uri: 'sip:1001@localhost', credentials: { kind: 'password' } });
  const socket = new WebSocket(pbx.server, 'sip', { rejectUnauthorized: false });
  const answer = once(socket, 'message', { signal: AbortSignal.timeout(patience * 1000) });
  socket.once('open', () => socket.send(question.text()));
  const [data] = await answer.finally(() => socket.terminate());
  const plain = get(pbx.server.replace('wss:', 'https:'), { rejectUnauthorized: false, signal: AbortSignal.timeout(patience * 1000) });
  const [response] = await once(plain, 'response');
  response.resume();
  // As the guide says of a look at that address.
  assert.equal(`${response.statusCode} ${response.statusMessage}`, '426 Upgrade Required');
  assert.match(String(data), /^SIP\/2\.0 \d{3} [^]*^CSeq: 1 OPTIONS/m);
});

/** What the guide says that the log says; it stands in both. */
async function logSays(words) {
  assert.ok((await readFile(new URL(`../../${guide}`, import.meta.url), 'utf8')).includes(`\`${words}\``), `the guide does not say ${words}`);
  await reaches(() => pbx.log.includes(words), `the log does not say ${words}`);
}

test('what fails ends in words, on the page and in the log', { skip: noAsterisk, timeout: 300_000 }, async () => {
  await open('1001', 'not-it');
  await says(/Wrong number or password/);
  await logSays('Failed to authenticate');
  await open('1999');
  await says(/Wrong number or password/);
  await logSays('No matching endpoint found');
  await open('1003');
  await says(/Ready/);
  await call('600');
  await says(/Ended: incompatible/);
  await logSays("Couldn't negotiate stream");
  // Chromium has looked at the certificate before it went on.
  await logSays('Unable to set up ssl connection with peer');
});

test('a React component calls: echo, hold, resume, mute, hang up', { skip: noAsterisk, timeout: 300_000 }, async () => {
  await open('1001');
  await says(/Ready/);
  assert.match(await pbx.console('pjsip show contacts'), /Contact: +1001\/sip:/);
  await call('600');
  await says(/talking, connected: 600/);
  await hears(own);
  await click('Hold');
  await isSilent('a held call is heard');
  await click('Resume');
  await hears(own);
  await click('Mute');
  await isSilent('a muted microphone comes back from the echo');
  await click('Unmute');
  await hears(own);
  await click('Hang up');
  await says(/Ended: answered/);
  await isQuiet();
});

test('keys reach a menu, and a number that is busy or nobody\'s ends in words', { skip: noAsterisk, timeout: 300_000 }, async () => {
  await open('1001');
  await says(/Ready/);
  await call('700');
  await says(/talking, connected: 700/);
  await click('5');
  await hears(852);
  await click('Hang up');
  await isQuiet();
  await call('730');
  await says(/Ended: busy/);
  await call('4999');
  await says(/Ended: unknown number/);
  await logSays('rejected because extension not found in context');
});

test('Asterisk calls, is answered, both are heard, and hangs up', { skip: noAsterisk, timeout: 300_000 }, async () => {
  await open('1001');
  await says(/Ready/);
  await pbx.ring('1001');
  await says(/incoming, ringing/);
  await click('Answer');
  await says(/talking, connected/);
  await hears(1004);
  await click('9');
  await hears(own);
  await pbx.hangUp();
  await says(/Ended: answered/);
});

test('whom one talks with is sent on without asking', { skip: noAsterisk, timeout: 300_000 }, async () => {
  await open('1001');
  await says(/Ready/);
  await call('710');
  await hears(1336);
  await phone.page.getByLabel('Number').fill('720');
  await click('Transfer');
  await says(/Ended: transferred/);
  await reaches(async () => /!720!/.test(await pbx.channels()), 'nobody came to 720');
  await pbx.hangUp();
  await isQuiet();
});

test('an extension with the fields that FreePBX writes does the same', { skip: noAsterisk, timeout: 300_000 }, async () => {
  await open('1002');
  await says(/Ready/);
  await call('600');
  await says(/talking, connected: 600/);
  await hears(own);
  await click('Hang up');
  await isQuiet();
});
