// SIP.js on our WebSocket, where tokens sign in: what it does with the one challenge that it gets there,
// and with a token. As a desk phone it is in desk_sign_in.test.mjs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startDering } from '../support/dering.mjs';
import { signIn } from '../support/sign_in.mjs';

const program = fileURLToPath(new URL('../support/sipjs_phone.mjs', import.meta.url));
const password = 'device-secret-1';
let dering, token;

before(async () => {
  dering = await startDering();
  token = (await signIn(dering.http, await dering.addAccount('siti', { extension: '1001' }))).access_token;
  await dering.addDevice('siti', 'siti-desk', password);
});
after(() => dering?.stop());

/** The first answer that SIP.js gets: { event, status, challenges }; and its log. */
async function registers(more) {
  const phone = { transport: 'ws', user: '1001', device: 'siti-desk', password, server: `${dering.http.replace(/^http/, 'ws')}/ws/sip`, ...more };
  const child = spawn(process.execPath, [program, JSON.stringify(phone)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const answer = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer\n${log}\n${dering.log.join('')}`)), 15_000);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        log += text;
        const line = /^\{"event":"(?:accepted|refused)".*$/m.exec(log);
        if (line) resolve((clearTimeout(timer), JSON.parse(line[0])));
      });
    }
  }).finally(() => child.kill('SIGKILL'));
  return { ...answer, log };
}

test('AT8 SIP.js without a token gets one challenge on WebSocket and takes the refusal', { timeout: 30_000 }, async () => {
  const { event, status, challenges, log } = await registers({});
  assert.equal(event, 'refused', log);
  assert.equal(status, 401);
  assert.equal(challenges.length, 1);
  assert.match(challenges[0], /^Bearer /);
});

test('AT8 SIP.js with a token in a field of its application registers on WebSocket', { timeout: 30_000 }, async () => {
  const { event, status, log } = await registers({ token });
  assert.equal(event, 'accepted', log);
  assert.equal(status, 200);
});
