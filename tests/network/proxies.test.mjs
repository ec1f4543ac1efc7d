// Behind the real nginx, Caddy and HAProxy (FR2, FR3, IP7, IP12), with the files that docs/proxy.md
// tells people to take.
import assert from 'node:assert/strict';
import { request } from 'node:https';
import { connect } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import WebSocket from 'ws';
import { startDering } from '../support/dering.mjs';
import { EventStream } from '../support/event_stream.mjs';
import { freePort } from '../support/free_port.mjs';
import { JsSipPhone } from '../support/jssip_phone.mjs';
import { connect as talk, openChromium } from '../support/page.mjs';
import { startCaddy, startHaproxy, startNginx } from '../support/proxies.mjs';
import { api, signIn } from '../support/sign_in.mjs';

// The certificates are made for the test.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

let dering, siti, budi, ports;
const open = [];
const publicOf = (name, prefix = '') => `https://localhost:${ports[name]}${prefix}`;

before(async () => {
  ports = { nginx: await freePort(), path: await freePort(), caddy: await freePort(), haproxy: await freePort() };
  const origins = [publicOf('nginx'), publicOf('path', '/phone'), publicOf('caddy'), publicOf('haproxy')];
  dering = await startDering({
    config: `[public]\norigins = ${JSON.stringify(origins)}\n[proxy]\ntrusted = ["127.0.0.1"]\n[web]\nwebsocket_origins = ["https://portal.example.edu", "none"]\n`,
  });
  siti = await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' });
  budi = await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' });
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one();
});
after(() => dering?.stop());

async function nginx() {
  open.push((await startNginx(ports.nginx, dering.ports.http)).stop);
}
async function nginxBelowAPath() {
  const settings = { file: 'nginx-below-a-path.conf', name: 'www.example.edu' };
  open.push((await startNginx(ports.path, dering.ports.http, settings)).stop);
}

/** Everything that the page does, at that address. */
async function isAPhone(base) {
  const page = await fetch(`${base}/`);
  assert.equal(page.status, 200);
  const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(await page.text())?.[1];
  assert.ok(script, 'the page names its script by a relative address');
  assert.equal((await fetch(`${base}/${script}`)).status, 200);
  const back = await (await fetch(`${base}/auth/callback?code=x&state=y`)).text();
  assert.ok(back.includes(`src="../${script}"`), 'one folder deeper after a sign-in');

  const config = await (await fetch(`${base}/config.json?origin=${encodeURIComponent(new URL(base).origin)}`)).json();
  assert.deepEqual(config.issuers.map(({ authority }) => authority), [`${base}/oidc`]);
  assert.equal(new URL(config.sip.websocket, base).href, `${base}/ws/sip`);
  const discovery = await (await fetch(`${base}/oidc/.well-known/openid-configuration`)).json();
  assert.equal(discovery.issuer, `${base}/oidc`);
  assert.equal(discovery.token_endpoint, `${base}/oidc/token`);

  const tokens = await signIn(base, siti);
  assert.equal((await api(base, '/api/v1/me', tokens.access_token)).body.extension, '1001');
  const stream = await EventStream.open(base, tokens.access_token);
  await stream.sees('ready');
  const phone = new JsSipPhone(base, '1001', tokens.access_token);
  open.push(() => phone.stop());
  await phone.start();
  await stream.sees('presence', ({ extension, presence }) => extension === '1001' && presence === 'available').catch(async (error) => {
    throw new Error(`${error.message}; ${JSON.stringify(stream.events)}`);
  });
  await stream.close();
}

/** Who comes through that proxy from such an address is told by it and by how they came, not by the proxy. */
async function tellsWhoCame(base, address) {
  const { pathname, port } = new URL(`${base}/api/v1/me`);
  const asked = { host: '127.0.0.1', port, path: pathname, servername: 'localhost', localAddress: address, rejectUnauthorized: false, headers: { Host: new URL(base).host, Authorization: 'Bearer x.y.z' } };
  const status = await new Promise((resolve, reject) => {
    request(asked, (response) => response.resume().on('end', () => resolve(response.statusCode))).on('error', reject).end();
  });
  assert.equal(status, 401);
  await dering.logged(new RegExp(`refused: source=${address.replaceAll('.', '\\.')} transport=https what=api reason=bad_token `));
}

test('nginx, on a host of its own', { timeout: 60_000 }, async () => {
  await nginx();
  await isAPhone(publicOf('nginx'));
  await tellsWhoCame(publicOf('nginx'), '127.0.0.21');
});

test('nginx, below a path', { timeout: 60_000 }, async () => {
  await nginxBelowAPath();
  await isAPhone(publicOf('path', '/phone'));
  await tellsWhoCame(publicOf('path', '/phone'), '127.0.0.22');
  const plain = await fetch(publicOf('path', '/phone'), { redirect: 'manual' });
  assert.equal(plain.status, 308);
});

test('Caddy', { timeout: 60_000 }, async () => {
  open.push((await startCaddy(ports.caddy, dering.ports.http)).stop);
  await isAPhone(publicOf('caddy'));
  await tellsWhoCame(publicOf('caddy'), '127.0.0.23');
});

test('HAProxy, desk phones over TCP too', { timeout: 60_000 }, async () => {
  const proxy = await startHaproxy(ports.haproxy, dering.ports.http, dering.ports.sip);
  open.push(proxy.stop);
  await isAPhone(publicOf('haproxy'));
  await tellsWhoCame(publicOf('haproxy'), '127.0.0.24');
  const answer = await new Promise((resolve, reject) => {
    const socket = connect(proxy.desk, '127.0.0.1');
    socket.once('data', (data) => (socket.destroy(), resolve(String(data))));
    socket.once('error', reject);
    socket.write(['OPTIONS sip:dering SIP/2.0', 'Via: SIP/2.0/TCP 127.0.0.1:5099;branch=z9hG4bKdesk1;rport', 'Max-Forwards: 70', 'From: <sip:1001@dering>;tag=a', 'To: <sip:dering>', 'Call-ID: desk-through-haproxy', 'CSeq: 1 OPTIONS', 'Content-Length: 0', '', ''].join('\r\n'));
  });
  assert.match(answer, /^SIP\/2\.0 \d{3} /);
});

test('the same server without a proxy is a phone at its root', { timeout: 60_000 }, () => isAPhone(dering.http));

test('a whole call in Chromium through nginx with TLS, below a path', { timeout: 90_000 }, async () => {
  await nginxBelowAPath();
  const base = publicOf('path', '/phone');
  const tones = { siti: 440, budi: 620 };
  const phones = [await openChromium({ tone: tones.siti }), await openChromium({ tone: tones.budi })];
  open.push(async () => {
    for (const phone of phones) await phone.browser.close();
  });
  const [hers, his] = phones;
  await hers.signIn(`${base}/`, siti);
  await his.signIn(`${base}/`, budi);
  assert.equal(new URL(hers.page.url()).pathname, '/phone/');
  await talk(hers, his, '1002');
  await hers.hears(tones.budi);
  await his.hears(tones.siti);
  await hers.click('hang-up');
  await hers.ends('answered');
  await his.ends('answered');
  for (const phone of phones) assert.deepEqual(phone.faults, []);
});

test('a page that is not known is told why, on the page and in the log', { timeout: 60_000 }, async () => {
  const other = await freePort();
  const proxy = await startNginx(other, dering.ports.http);
  open.push(proxy.stop);
  const phone = await openChromium();
  open.push(() => phone.browser.close());
  await phone.page.goto(`https://localhost:${other}/`);
  await phone.page.getByText(`This server does not know the page https://localhost:${other}`).waitFor({ timeout: 15_000 });
  const refused = await new Promise((resolve) => {
    const socket = new WebSocket(`wss://localhost:${other}/ws/sip`, 'sip', { origin: `https://localhost:${other}` });
    socket.once('unexpected-response', (_, response) => {
      response.setEncoding('utf8').on('data', (body) => resolve({ status: response.statusCode, body }));
    });
    socket.once('open', () => resolve({ status: 101 }));
    socket.once('error', () => {});
  });
  assert.equal(refused.status, 403);
  assert.match(JSON.parse(refused.body).detail, /\[public\] origins/);
  await dering.logged(`what=websocket reason=foreign_origin ban=harmless count=1 name=https://localhost:${other} note="public.origins, or web.websocket_origins"`);
});

const websocket = (address, options) =>
  new Promise((resolve) => {
    const socket = new WebSocket(address, 'sip', options);
    socket.once('open', () => (socket.terminate(), resolve(101)));
    socket.once('unexpected-response', (_, { statusCode }) => (socket.terminate(), resolve(statusCode)));
    socket.once('error', () => {});
  });

test('pages of listed origins and programs without one are phones, and nobody else', async () => {
  const address = `${dering.http.replace('http', 'ws')}/ws/sip`;
  assert.equal(await websocket(address, { origin: 'https://portal.example.edu' }), 101);
  assert.equal(await websocket(address, {}), 101);
  for (const origin of ['https://evil.example', 'null', 'none', 'http://portal.example.edu', 'https://sub.portal.example.edu']) {
    assert.equal(await websocket(address, { origin }), 403, origin);
  }
});

test('the issuer that a phone without a token is told of is the public one', async () => {
  const phone = new JsSipPhone(dering.http, '1001', null);
  open.push(() => phone.stop());
  await phone.start().catch(() => {});
  const challenge = phone.received.find((message) => message.includes('authz_server='));
  assert.match(challenge ?? '', new RegExp(`authz_server="${publicOf('nginx').replaceAll('.', '\\.')}/oidc"`));
});

test('a campus behind one address: whoever has signed in shuts no neighbour out', { timeout: 60_000 }, async () => {
  const small = await startDering({ config: '', limits: { connections_per_address: 5 } });
  open.push(() => small.stop());
  const account = await small.addAccount('siti', { extension: '1001' });
  const { access_token: token } = await signIn(small.http, account);
  for (let i = 0; i < 8; i++) {
    const phone = new JsSipPhone(small.http, '1001', token);
    open.push(() => phone.stop());
    await phone.start();
    const stream = await EventStream.open(small.http, token);
    open.push(() => stream.close());
  }
  assert.equal((await fetch(`${small.http}/`)).status, 200);
  // Strangers are refused past five, with a line; the next visitor still gets the page.
  const strangers = [];
  for (let i = 0; i < 8; i++) {
    const socket = new WebSocket(`${small.http.replace('http', 'ws')}/ws/sip`, 'sip', { origin: small.http });
    strangers.push(await new Promise((resolve) => {
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_, { statusCode }) => resolve(statusCode));
      socket.once('error', () => {});
    }));
    open.push(() => socket.terminate());
  }
  assert.deepEqual(strangers, [101, 101, 101, 101, 101, 503, 503, 503]);
  await small.logged('limits.connections_per_address');
  assert.equal((await fetch(`${small.http}/`)).status, 200);
  assert.ok((await small.status()).connections_refused >= 3);
});
