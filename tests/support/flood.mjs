// What strangers do all at once, from many loopback addresses: run as a program of its own, so that
// it takes no turn of the event loop from those who measure. `node flood.mjs '{"http":…,"sip":…}'`
// runs until its standard input ends, then prints what it has sent as JSON.
import { createSocket } from 'node:dgram';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import WebSocket from 'ws';

const sent = {};
let goesOn = true;
const count = (what) => (sent[what] = (sent[what] ?? 0) + 1);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const base64url = (value) => Buffer.from(value).toString('base64url');

/** Well formed in all but its signature. */
export function strangersToken(issuer, kid) {
  const now = Math.floor(Date.now() / 1000);
  const header = base64url(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid }));
  const claims = base64url(JSON.stringify({ iss: issuer, sub: randomBytes(8).toString('hex'), aud: 'dering', client_id: 'dering-web', iat: now, exp: now + 300, jti: randomBytes(8).toString('hex'), roles: ['user'] }));
  return `${header}.${claims}.${randomBytes(64).toString('base64url')}`;
}

function sipText(method, target, transport, extra = []) {
  const id = randomBytes(6).toString('hex');
  return [`${method} ${target} SIP/2.0`, `Via: SIP/2.0/${transport} x${id}.invalid;branch=z9hG4bK${id}`, 'Max-Forwards: 70', `From: <sip:${id}@127.0.0.1>;tag=${id}`, `To: <sip:1001@127.0.0.1>`, `Call-ID: ${id}`, `CSeq: 1 ${method}`, `Contact: <sip:${id}@127.0.0.1>`, ...extra, 'Content-Length: 0', '', ''].join('\r\n');
}

/** A WebSocket that shows one bad token after the other, as fast as it is read. */
async function tokens({ http, issuer, kid }, localAddress) {
  while (goesOn) {
    const socket = new WebSocket(`${http.replace('http', 'ws')}/ws/sip`, 'sip', { origin: http, localAddress });
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('open', resolve).once('close', resolve));
    while (goesOn && socket.readyState === WebSocket.OPEN) {
      for (let i = 0; i < 50 && socket.bufferedAmount < 1 << 20; i++) {
        socket.send(sipText('REGISTER', 'sip:127.0.0.1', 'WS', [`Authorization: Bearer ${strangersToken(issuer, kid)}`]));
        count('tokens shown to a WebSocket');
      }
      await pause(0);
    }
    socket.terminate();
  }
}

/** A TCP connection full of calls by nobody. */
async function calls({ sip }, localAddress) {
  while (goesOn) {
    const socket = connect({ port: sip, host: '127.0.0.1', localAddress });
    socket.on('error', () => {}).on('data', () => {});
    await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
    while (goesOn && !socket.destroyed) {
      const texts = Array.from({ length: 20 }, () => (count('calls by TCP'), sipText('INVITE', 'sip:1001@127.0.0.1', 'TCP'))).join('');
      if (!socket.write(texts)) await new Promise((resolve) => (socket.once('drain', resolve).once('close', resolve), setTimeout(resolve, 100)));
      await pause(0);
    }
    socket.destroy();
  }
}

/** Calls by nobody in datagrams: some 5,000 a second. */
async function datagrams({ sip }, localAddress) {
  const socket = createSocket('udp4');
  socket.on('message', () => {}).on('error', () => {});
  await new Promise((resolve) => socket.bind(0, localAddress, resolve));
  while (goesOn) {
    for (let i = 0; i < 50; i++) socket.send(sipText('INVITE', 'sip:1001@127.0.0.1', 'UDP'), sip, '127.0.0.1', () => {}), count('calls by UDP');
    await pause(10);
  }
  socket.close();
}

function ask(http, agent, localAddress, { path, method = 'GET', headers = {}, body }) {
  return new Promise((resolve) => {
    const asked = request(`${http}${path}`, { agent, localAddress, method, headers }, (response) => {
      let text = '';
      response.on('data', (bytes) => (text += bytes)).on('end', () => resolve({ status: response.statusCode, headers: response.headers, text })).on('error', () => resolve({ status: 0 }));
    });
    asked.on('error', () => resolve({ status: 0 })).end(body);
  });
}

/** A client of HTTP that asks the same again and again. */
async function requests(name, { http }, localAddress, make) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  while (goesOn) {
    const { status } = await ask(http, agent, localAddress, await make((one) => ask(http, agent, localAddress, one)));
    count(`${name}: ${status}`);
    if (status === 0) await pause(50);
  }
  agent.destroy();
}

const signInPath = (http) =>
  `/oidc/authorize?${new URLSearchParams({ client_id: 'dering-web', redirect_uri: `${http}/auth/callback`, response_type: 'code', scope: 'openid', state: 's', nonce: 'n', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' })}`;

async function passwords(target, localAddress) {
  let form;
  return requests('passwords', target, localAddress, async (once) => {
    if (!form) {
      const page = await once({ path: signInPath(target.http) });
      form = { cookie: page.headers?.['set-cookie']?.[0].split(';')[0] ?? '', ticket: page.text?.match(/name="ticket"[^>]*value="([^"]+)"/)?.[1] ?? '' };
    }
    const body = new URLSearchParams({ ticket: form.ticket, username: randomBytes(6).toString('hex'), password: 'guess' }).toString();
    return { path: '/oidc/authorize', method: 'POST', headers: { cookie: form.cookie, 'content-type': 'application/x-www-form-urlencoded' }, body };
  });
}

export const kinds = {
  tokens: (target) => [1, 2].map((i) => tokens(target, `127.0.5.${i}`)),
  calls: (target) => [calls(target, '127.0.6.1')],
  datagrams: (target) => [datagrams(target, '127.0.7.1')],
  passwords: (target) => Array.from({ length: 40 }, (_, i) => passwords(target, `127.0.8.${1 + (i % 4)}`)),
  pages: (target) => Array.from({ length: 8 }, (_, i) => requests('pages', target, `127.0.9.${1 + (i % 4)}`, () => ({ path: signInPath(target.http) }))),
  bearers: (target) =>
    Array.from({ length: 8 }, (_, i) => requests('bearers', target, `127.0.10.${1 + (i % 4)}`, () => ({ path: '/api/v1/me', headers: { authorization: `Bearer ${strangersToken(target.issuer, target.kid)}` } }))),
};

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const target = JSON.parse(process.argv[2]);
  const running = (target.kinds ?? Object.keys(kinds)).flatMap((kind) => kinds[kind](target));
  process.stdin.resume().on('end', () => (goesOn = false));
  await Promise.race([Promise.all(running), new Promise((resolve) => process.stdin.on('end', () => setTimeout(resolve, 1000)))]);
  console.log(JSON.stringify(sent));
  process.exit(0);
}
