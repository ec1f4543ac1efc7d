// Sequence diagrams of sign-in, REGISTER, a call and its end, from what two real pages and the switchboard said to each
// other. With DERING_WRITE=1 they are written into docs/sequences/.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { openChromium } from '../support/page.mjs';
import { sequenceSvg } from '../support/sequence_svg.mjs';

const minute = { timeout: 60_000 };
const dering = 'Dering';
const actors = { siti: 'Siti (browser)', budi: 'Budi (browser)' };
const all = [actors.siti, dering, actors.budi];
const folder = new URL('../../docs/sequences/', import.meta.url);

let server, siti, budi;
let seen = [];

/** `at`: seconds of the clock that all browsers of a machine share. */
const note = (at, from, to, words) => words !== '' && seen.push({ at: at * 1000, from, to, words });

/** A SIP message in a few words; '' for what keeps a connection alive. */
function wordsOf(text) {
  const [first] = text.split('\r\n');
  const response = /^SIP\/2\.0 (\d{3} .*)$/.exec(first);
  const method = /\r\nCSeq: *\d+ +(\w+)/i.exec(text)?.[1] ?? '';
  if (response) return `${response[1]} (${method})`;
  return /^[A-Z]+ /.test(first) ? first.split(' ')[0] + (/\r\nAuthorization: *Bearer/i.test(text) ? ', token' : '') : '';
}

const wanted = /\/(config\.json|oidc\/authorize|oidc\/token|oidc\/jwks|auth\/callback|api\/v1\/me)$|^\/$/;

/** By the browser's own notes: what two drivers tell comes in no order. */
async function watch({ page }, who) {
  const browser = await page.context().newCDPSession(page);
  const asked = new Set();
  const answered = (at, { status, headers, url }) => {
    const location = headers.location ?? headers.Location;
    note(at, dering, who, `${status}${location ? `, to ${new URL(location, url).pathname}` : ''}`);
  };
  browser.on('Network.requestWillBeSent', ({ requestId, request, redirectResponse, timestamp }) => {
    const { pathname } = new URL(request.url);
    if (redirectResponse && asked.has(requestId)) answered(timestamp, redirectResponse);
    if (!wanted.test(pathname)) return;
    asked.add(requestId);
    note(timestamp, who, dering, `${request.method} ${pathname}`);
  });
  browser.on('Network.responseReceived', ({ requestId, response, timestamp }) => asked.has(requestId) && answered(timestamp, response));
  browser.on('Network.webSocketWillSendHandshakeRequest', ({ timestamp }) => note(timestamp, who, dering, 'GET /ws/sip, Upgrade: websocket'));
  browser.on('Network.webSocketHandshakeResponseReceived', ({ timestamp, response }) => note(timestamp, dering, who, `${response.status} ${response.statusText}`));
  browser.on('Network.webSocketFrameSent', ({ timestamp, response }) => note(timestamp, who, dering, wordsOf(response.payloadData)));
  browser.on('Network.webSocketFrameReceived', ({ timestamp, response }) => note(timestamp, dering, who, wordsOf(response.payloadData)));
  await browser.send('Network.enable');
}

/**
 * What was seen during the work, as a picture. `order`: for each page, words that must be there in that order; what two
 * pages note at nearly the same time has none.
 */
async function draw(name, title, who, work, order) {
  seen = [];
  await work();
  const messages = seen.filter(({ from, to }) => who.includes(from) && who.includes(to)).toSorted((a, b) => a.at - b.at);
  for (const [page, wanted] of Object.entries(order)) {
    const said = messages.filter(({ from, to }) => [from, to].includes(actors[page])).map(({ words }) => words);
    let at = -1;
    for (const words of wanted) {
      at = said.findIndex((each, i) => i > at && each.startsWith(words));
      assert.ok(at >= 0, `no ${words} in its place: ${said.join(' | ')}`);
    }
  }
  const svg = sequenceSvg(title, who, messages);
  if (!process.env.DERING_WRITE) return;
  await mkdir(folder, { recursive: true });
  await writeFile(new URL(`${name}.svg`, folder), svg);
}

before(async () => {
  server = await startDering();
  siti = await openChromium({ tone: 440 });
  budi = await openChromium({ tone: 620 });
  await watch(budi, actors.budi);
  await budi.signIn(server.http, await server.addAccount('budi', { extension: '1002', name: 'Budi Santoso' }));
});
after(async () => {
  await siti?.browser.close();
  await budi?.browser.close();
  await server?.stop();
});

test('sign-in and REGISTER', minute, async () => {
  const account = await server.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' });
  await watch(siti, actors.siti);
  await draw('sign-in', 'Sign-in with OpenID Connect, and REGISTER', [actors.siti, dering], () => siti.signIn(server.http, account), {
    siti: [
      ...['GET /config.json', 'GET /oidc/authorize', 'POST /oidc/authorize', '303, to /auth/callback'],
      ...['POST /oidc/token', '200', 'GET /ws/sip', 'REGISTER, token', '200 OK (REGISTER)'],
    ],
  });
});

test('a call and its end', minute, async () => {
  const talk = async () => {
    await siti.call('1002');
    await budi.click('answer');
    await siti.hears(620);
    await budi.hears(440);
  };
  await draw('call', 'A call from page to page', all, talk, {
    siti: ['INVITE, token', '100 Trying (INVITE)', '180 Ringing (INVITE)', '200 OK (INVITE)', 'ACK'],
    budi: ['INVITE', '180 Ringing (INVITE)', '200 OK (INVITE)', 'ACK'],
  });
  const end = async () => {
    await siti.click('hang-up');
    await budi.gone('call-bar');
  };
  await draw('hang-up', 'The end of a call', all, end, { siti: ['BYE', '200 OK (BYE)'], budi: ['BYE', '200 OK (BYE)'] });
});
