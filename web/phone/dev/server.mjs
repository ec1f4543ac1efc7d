// SPDX-License-Identifier: Apache-2.0
// A stand-in for the switchboard, to work on the page without building the C++ programs: files,
// sign-in without passwords, directory, events, history, and SIP that passes messages on as they
// are. Two browsers on this machine really talk. Not shipped, and no security whatsoever.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { oidc, userOf } from './oidc.mjs';
import { people, Presence } from './people.mjs';
import { attachSip } from './sip.mjs';

const port = Number(process.env.PORT ?? 8099);
const dist = join(import.meta.dirname, '../dist');
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
// Tighter than the switchboard's own, so that whatever works here works there.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'";

const presence = new Presence();
const calls = [];

const server = createServer((request, response) => {
  const url = new URL(request.url, `http://${request.headers.host}`);
  const json = (value, status = 200) => {
    response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
    response.end(JSON.stringify(value));
  };
  if (url.pathname === '/config.json') return json(configOf(url.origin));
  if (url.pathname.startsWith('/oidc/')) return void oidc(url, request, response, json);
  if (url.pathname.startsWith('/api/')) return api(url, request, response, json);
  return void file(url.pathname, response);
});

function configOf(origin) {
  return {
    issuers: [{ authority: `${origin}/oidc`, client_id: 'dering-web', label: 'Dering' }],
    sip: { websocket: '/ws/sip', domain: 'dering' },
    audience: 'dering',
    version: '0.1.0',
  };
}

function api(url, request, response, json) {
  const user = userOf(request.headers.authorization);
  if (user === undefined) return json({}, 401);
  switch (url.pathname) {
    case '/api/v1/me':
      return json({ ...user, sip_uri: `sip:${user.extension}@dering` });
    case '/api/v1/directory':
      return json({ people: presence.people() });
    case '/api/v1/calls':
      return json({
        calls: calls
          .map((call) => seenBy(call, user))
          .filter(Boolean)
          .toReversed(),
      });
    case '/api/v1/events':
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      return presence.follow(response);
    default:
      return json({}, 404);
  }
}

function seenBy(call, { extension }) {
  const direction = call.caller === extension ? 'out' : 'in';
  if (direction === 'in' && call.callee !== extension) return null;
  const peer = direction === 'out' ? call.callee : call.caller;
  const peer_name = people.find((person) => person.extension === peer)?.name ?? '';
  return { ...call, direction, peer, peer_name };
}

async function file(path, response) {
  const name = extname(path) === '' ? '/index.html' : normalize(path);
  try {
    const body = await readFile(join(dist, name));
    const type = types[extname(name)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}

attachSip(server, presence, (call) => calls.push(call));
server.listen(port, '127.0.0.1', () => {
  process.stdout.write(`http://localhost:${server.address().port}\n`);
});
