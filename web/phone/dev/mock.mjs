// SPDX-License-Identifier: Apache-2.0
// A stand-in for the switchboard and for what is around it: files, sign-in without passwords by a
// provider of ours and by one of the organisation's, directory, events, history, desk phones, and
// SIP that passes messages on as they are. No security whatsoever.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { MockApi } from './api.mjs';
import { Provider } from './oidc.mjs';
import { peopleOf, Presence } from './people.mjs';
import { attachSip } from './sip.mjs';

const dist = join(import.meta.dirname, '../dist');
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
/** Where nobody answers. */
const nobody = 'http://localhost:9';
const realm = '/realms/dering';

/**
 * `issuers`: of 'built-in', 'university' and 'faculty', those that the page may use.
 * Resolves with the addresses, and with `control` to bring about what happens from outside.
 */
export async function startMock(options = {}) {
  const {
    port = 0,
    issuers = ['built-in'],
    people: count = 10,
    tokenSeconds: seconds = 300,
  } = options;
  const people = peopleOf(count);
  const presence = new Presence(people);
  const provider = new Provider({ people, seconds, path: '/oidc' });
  const sso = new Provider({ people, seconds, path: realm });
  const [ssoServer, ssoOrigin] = await listen(port && port + 1, async (url, request, response) => {
    if (!(await sso.answer(url, request, response))) response.writeHead(404).end();
  });
  const known = {
    'built-in': (origin) => ({ authority: `${origin}/oidc`, label: '', kind: 'built-in' }),
    university: () => ({ authority: ssoOrigin + realm, label: 'Universitas', kind: 'external' }),
    faculty: () => ({
      authority: `${nobody}/x`,
      label: 'Fakultas Teknik',
      kind: 'external',
    }),
  };
  const hasSync = issuers.includes('university');
  const syncs = hasSync ? [ssoOrigin + realm] : [];
  const api = new MockApi({ people, presence, providers: [provider, sso], syncs });
  let portalOrigin = '';
  /** A sentence with which the path `refused` and the WebSocket are refused. */
  const web = { refusal: null, refused: '/config.json' };
  const [server, origin] = await listen(port, async (url, request, response) => {
    if (web.refusal !== null && [web.refused, '/ws/sip'].includes(url.pathname)) {
      response.writeHead(403, { 'Content-Type': 'application/problem+json' });
      return response.end(JSON.stringify({ title: 'Forbidden', detail: web.refusal }));
    }
    if (url.pathname === '/config.json') {
      const list = issuers.map((name) => ({ client_id: 'dering-web', ...known[name](url.origin) }));
      return answerJson(response, configOf(list));
    }
    if (await provider.answer(url, request, response)) return undefined;
    if (url.pathname.startsWith('/api/')) return api.answer(url, request, response);
    return answerFile(url.pathname, response, policyOf([ssoOrigin, nobody], portalOrigin));
  });
  const sip = attachSip(server, {
    people,
    presence,
    userOf: (field) => api.userOf(field),
    record: (call) => api.record(call),
  });
  const [portal, address] = await listen(port && port + 2, (_url, _request, response) => {
    response.writeHead(200, { 'Content-Type': types['.html'] });
    response.end(portalPage(origin));
  });
  portalOrigin = address;
  const control = {
    api,
    sip: sip.control,
    web,
    presence,
    sso,
    people,
    /** As a back-channel logout does. */
    end(username) {
      for (const each of [provider, sso]) each.end(username);
      presence.tell('session', { state: 'ended' }, (each) => each === username);
      sip.end(people.find((person) => person.username === username)?.extension);
    },
    refresh(username) {
      presence.tell('session', { state: 'refresh' }, (each) => each === username);
    },
  };
  const stop = () =>
    [server, ssoServer, portal].map((each) => each.closeAllConnections() ?? each.close());
  return { origin, sso: ssoOrigin, portal: portalOrigin, control, stop };
}

function listen(port, answer) {
  const server = createServer((request, response) => {
    const url = new URL(request.url, `http://${request.headers.host}`);
    Promise.resolve(answer(url, request, response)).catch(() => response.destroy());
  });
  return new Promise((resolve) =>
    server.listen(port, '127.0.0.1', () =>
      resolve([server, `http://localhost:${server.address().port}`]),
    ),
  );
}

function configOf(issuers) {
  return {
    issuers,
    sip: { websocket: '/ws/sip', domain: 'dering' },
    audience: 'dering',
    version: '0.1.0',
  };
}

// Tighter than the switchboard's own, so that whatever works here works there.
function policyOf(issuers, portal) {
  return (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
    `connect-src 'self' ${issuers.join(' ')}; frame-src 'self' ${issuers.join(' ')}; ` +
    `media-src 'self' blob:; frame-ancestors 'self' ${portal}; base-uri 'none'`
  );
}

function answerJson(response, value) {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(value));
}

async function answerFile(path, response, policy) {
  const [, folder = ''] = /^(\/(?:auth|c|settings))\//.exec(path) ?? [];
  const name = extname(path) === '' ? `${folder}/index.html` : normalize(path);
  try {
    const body = await readFile(join(dist, name));
    const type = types[extname(name)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}

const portalPage = (phone) => `<!doctype html><html lang="en"><title>Portal</title>
<style>body{font:16px system-ui;margin:32px;color:#223}iframe{border:1px solid #ccd;border-radius:12px}</style>
<main><h1>The university's portal</h1><p>The phone is the frame below.</p>
<iframe title="Phone" src="${phone}/" width="420" height="560" allow="microphone; autoplay; clipboard-write"></iframe></main></html>`;
