// `./run --keycloak` as a newcomer meets it: a folder that is not there yet, one command, Ctrl-C.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { windowOf } from '../browser/portal_scenes.mjs';
import { freePort } from '../support/free_port.mjs';
import { until } from '../support/jssip_phone.mjs';
import { whyNoKeycloak } from '../support/keycloak.mjs';
import { openChromium } from '../support/page.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Starts it; `said` grows, and `ended` gives the exit code. */
async function startRun(data) {
  const options = ['--data', data];
  for (const name of ['port', 'https-port', 'sip-port', 'media-port', 'keycloak-port']) options.push(`--${name}`, String(await freePort()));
  const child = spawn(join(root, 'run'), ['--keycloak', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { child, said: '', http: `http://localhost:${options[3]}`, ended: new Promise((resolve) => child.once('exit', resolve)) };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (run.said += text));
  return run;
}

const passwordOf = async (data, username) => {
  const lines = (await readFile(`${data}-keycloak/passwords`, 'utf8')).split('\n').map((line) => line.split(' '));
  return lines.find(([name]) => name === username)[1];
};

/** Siti signs in at the example of a portal; the phone that she opens there has the portal's token and asks nobody. */
async function portalSignsIn(http, password) {
  const portal = await openChromium();
  try {
    await portal.page.goto(`${http}/portal/`);
    await portal.type('input[name="username"]', 'siti');
    await portal.type('input[name="password"]', password);
    await portal.page.keyboard.press('Enter');
    await portal.find('dering-chat', 30);
    const asked = [];
    portal.page.context().on('request', (request) => request.frame().page() !== portal.page && asked.push(new URL(request.url())));
    const phone = await windowOf(portal, 'dering-chat');
    await phone.ready();
    assert.ok(asked.length > 0);
    assert.deepEqual(asked.filter(({ pathname }) => pathname.includes('/realms/')).map(String), []);
    assert.deepEqual([...portal.faults, ...phone.faults], []);
  } finally {
    await portal.browser.close();
  }
}

test('./run --keycloak starts both from nothing and again from what is there, and stops both', { skip: await whyNoKeycloak(), timeout: 640_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dering-run-'));
  for (const expected of [/3 people added/, /media engine ready/]) {
    const run = await startRun(join(folder, 'var'));
    try {
      await until(() => expected.test(run.said) || run.child.exitCode !== null, 300, 'it does not start').catch(() => {});
      assert.match(run.said, expected);
      const { issuers } = await (await fetch(`${run.http}/config.json`)).json();
      assert.deepEqual(issuers.map(({ kind, label }) => [kind, label]), [['external', 'Keycloak']]);
      await portalSignsIn(run.http, await passwordOf(join(folder, 'var'), 'siti'));
    } finally {
      run.child.kill('SIGTERM');
      assert.equal(await run.ended, 0);
    }
    assert.match(run.said, /Stopping Dering and Keycloak/);
    await assert.rejects(fetch(run.http));
  }
  await rm(folder, { recursive: true });
});
