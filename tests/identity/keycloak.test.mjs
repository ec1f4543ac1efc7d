// The scenarios against a real Keycloak, and what only Keycloak has: the realm file, its script, the
// directory by its Admin API. Skipped only where Keycloak cannot be had.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { replaced, samplesOf } from '../support/document.mjs';
import { until } from '../support/jssip_phone.mjs';
import { KeycloakRealm, startKeycloak, whyNoKeycloak } from '../support/keycloak.mjs';
import { pageScenarios } from './pages.mjs';
import { telephoneScenarios } from './scenarios.mjs';
import { facultyToml, startWorld } from './world.mjs';

const skip = await whyNoKeycloak();
if (skip) console.log(`# skipped, Keycloak cannot be had: ${skip}`);

let server;
before(async () => {
  if (!skip) server = await startKeycloak();
});
after(() => server?.stop());

describe('the realm file and apply.sh', { skip }, () => {
  const origins = ['https://phone.example.org'];
  const nothing = /^nothing to change$/m;

  test('a realm made from the file needs no change, and its secrets are nobody else’s to read', async () => {
    const realm = new KeycloakRealm(server, 'fresh');
    await realm.makeRealm(origins);
    for (const file of [realm.secretFile, join(server.folder, 'passwords-fresh')]) {
      assert.equal((await stat(file)).mode & 0o777, 0o600);
    }
    assert.match(await realm.apply(origins, '--secret-file', realm.secretFile), nothing);
    const client = await realm.clientNamed('dering-web');
    assert.deepEqual([client.publicClient, client.implicitFlowEnabled, client.directAccessGrantsEnabled, client.fullScopeAllowed], [true, false, false, false]);
    assert.deepEqual(client.redirectUris, ['https://phone.example.org/auth/callback']);
    // A demo has the example of a portal, too.
    const portal = await realm.clientNamed('portal');
    assert.deepEqual([portal.publicClient, portal.redirectUris], [true, ['https://phone.example.org/portal/']]);
    assert.equal(client.attributes['backchannel.logout.url'], 'https://phone.example.org/oidc/backchannel-logout');
  });

  test('a portal’s own client is made ready to hand its tokens over', async () => {
    const realm = new KeycloakRealm(server, 'fresh');
    await assert.rejects(realm.apply(origins, '--portal-client', 'intranet'), /no client intranet \(--portal-client\)/);
    await server.admin('POST', '/fresh/clients', { clientId: 'intranet', publicClient: true, redirectUris: ['https://intranet.example.org/*'] });
    assert.match(await realm.apply(origins, '--portal-client', 'intranet'), /add the mapper "dering-api in aud" to intranet/);
    const client = await realm.clientNamed('intranet');
    assert.deepEqual(client.redirectUris, ['https://intranet.example.org/*']);
    assert.ok(client.protocolMappers.some(({ config }) => config['included.client.audience'] === 'dering-api'));
    assert.match(await realm.apply(origins, '--portal-client', 'intranet'), nothing);
  });

  test('an existing realm gets what it lacks, and keeps what it has', async () => {
    const realm = new KeycloakRealm(server, 'existing');
    await server.admin('POST', '', { realm: 'existing', enabled: true, ssoSessionIdleTimeout: 7200 });
    server.forgetAdmin();
    const documented = (await samplesOf('docs/keycloak.md')).find(({ text }) => text.startsWith('deploy/keycloak/apply.sh')).text;
    const dry = await realm.typed(replaced(documented, [
      ['https://sso.univ.ac.id', server.url],
      ['--realm univ', '--realm existing'],
      ['https://phone.univ.ac.id', origins[0]],
      ['--secret-file sync-secret', `--secret-file ${realm.secretFile}`],
    ]));
    assert.match(dry, /^would add the client dering-web$/m);
    assert.equal(await realm.clientNamed('dering-web'), undefined);
    await assert.rejects(stat(realm.secretFile));

    assert.match(await realm.apply(origins, '--secret-file', realm.secretFile), /changes made$/m);
    assert.match(await realm.apply(origins, '--secret-file', realm.secretFile), nothing);
    assert.equal((await realm.admin('GET', '')).ssoSessionIdleTimeout, 7200);
    const { attributes } = await realm.admin('GET', '/users/profile');
    assert.deepEqual(attributes.find(({ name }) => name === 'extension').permissions.edit, ['admin']);

    // Somebody adds an address and opens what must stay shut.
    const client = await realm.clientNamed('dering-web');
    await realm.admin('PUT', `/clients/${client.id}`, { ...client, implicitFlowEnabled: true, redirectUris: ['https://other.example.org/auth/callback'] });
    assert.match(await realm.apply(origins), /^set .*implicitFlowEnabled.* of the client dering-web$/m);
    const mended = await realm.clientNamed('dering-web');
    assert.equal(mended.implicitFlowEnabled, false);
    assert.deepEqual(mended.redirectUris.sort(), ['https://other.example.org/auth/callback', 'https://phone.example.org/auth/callback']);
    assert.match(await realm.apply(origins), nothing);
  });

  test('what goes wrong is one sentence', async () => {
    const realm = new KeycloakRealm(server, 'nowhere');
    await assert.rejects(realm.apply(origins), ({ code, stderr }) => code === 1 && /^apply\.sh: there is no realm nowhere at .*\n$/.test(stderr));
    await assert.rejects(realm.apply(['http://phone.example.org']), ({ stderr }) => /^apply\.sh: --dering must be https.*\n$/.test(stderr));
  });
});

telephoneScenarios('Keycloak', async () => new KeycloakRealm(server, 'phones'), { skip, downFor: 120 });
pageScenarios('Keycloak', async () => new KeycloakRealm(server, 'pages'), { skip, portal: signInAtAccountConsole });

/** Keycloak's account console stands for the portal: another application of the same realm. */
async function signInAtAccountConsole(page, { issuer }, { username, password }) {
  await page.goto(`${issuer}/account`);
  await page.fill('input[name="username"]', username);
  await page.fill('input[name="password"]', password);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname.includes('/account'), { timeout: 20_000 });
}

describe('the directory from Keycloak', { skip }, () => {
  let world, realm, ayu;
  before(async () => {
    realm = new KeycloakRealm(server, 'directory');
    const secret = `[issuer.sync]\nclient_id = "dering-sync"\nsecret_file = "${realm.secretFile}"\n${facultyToml}`;
    world = await startWorld(realm, { more: secret });
    ayu = await world.signIn('ayu');
  });
  after(() => world?.stop());

  const people = async () => (await ayu.api('/api/v1/directory')).body.people;
  const named = async (name) => (await people()).find((person) => person.name === name);
  async function sync() {
    const before = (await ayu.api('/api/v1/sync')).body.issuers[0];
    const started = Date.now();
    assert.equal((await ayu.api('/api/v1/sync', { method: 'POST' })).status, 202);
    let state;
    await until(
      async () => {
        [state] = (await ayu.api('/api/v1/sync')).body.issuers;
        return state.state !== 'running' && (state.finished_at !== before.finished_at || Date.now() - started > 1500);
      },
      90, // a Keycloak that does not answer is asked six times
      'the sync does not end',
    );
    return state;
  }

  test('everybody appears, with number and department, before they ever signed in', { timeout: 60_000 }, async () => {
    const state = await sync();
    assert.equal(state.state, 'idle', JSON.stringify(state));
    const siti = await named('Siti Rahmawati');
    assert.match(siti.extension, /^21\d\d$/);
    assert.equal(siti.unit, 'Fakultas Teknik');
    assert.ok(await named('Budi Santoso'));
    assert.equal(await named('service-account-dering-sync'), undefined);
  });

  test('a second run writes nothing', { timeout: 60_000 }, async () => {
    const { added, changed, enabled, disabled } = await sync();
    assert.deepEqual([added, changed, enabled, disabled], [0, 0, 0, 0]);
  });

  test('who is new appears, who is renamed follows, who is gone is disabled and comes back with the same number', { timeout: 120_000 }, async () => {
    await realm.admin('POST', '/users', { username: 'dewi', firstName: 'Dewi', lastName: 'Lestari', enabled: true, groups: ['/Fakultas Teknik/Teknik Sipil'] });
    assert.equal((await sync()).added, 1);
    const dewi = await named('Dewi Lestari');
    assert.match(dewi.extension, /^21\d\d$/);

    await realm.changeUser('dewi', { lastName: 'Anggraini' });
    assert.equal((await sync()).changed, 1);
    assert.equal((await named('Dewi Anggraini')).extension, dewi.extension);

    await realm.changeUser('dewi', { enabled: false });
    assert.equal((await sync()).disabled, 1);
    assert.equal(await named('Dewi Anggraini'), undefined);

    await realm.changeUser('dewi', { enabled: true });
    assert.equal((await sync()).enabled, 1);
    assert.equal((await named('Dewi Anggraini')).extension, dewi.extension);

    const { id } = await realm.user('dewi');
    await realm.admin('DELETE', `/users/${id}`);
    assert.equal((await sync()).disabled, 1);
    assert.equal(await named('Dewi Anggraini'), undefined);
  });

  test('a disabled person who is signed in loses the telephone with the next run', { timeout: 60_000 }, async () => {
    const budi = await world.phone('budi');
    await realm.changeUser('budi', { enabled: false });
    await sync();
    assert.notEqual((await budi.api('/api/v1/me')).status, 200);
    await realm.changeUser('budi', { enabled: true });
    await sync();
  });

  test('people who watch are told of changes as they happen', { timeout: 60_000 }, async () => {
    const { EventStream } = await import('../support/event_stream.mjs');
    ayu.stream = await EventStream.open(world.dering.http, ayu.token);
    await ayu.stream.sees('ready');
    await realm.admin('POST', '/users', { username: 'eko', firstName: 'Eko', lastName: 'Prasetyo', enabled: true });
    await sync();
    const { data } = await ayu.stream.sees('person', ({ name }) => name === 'Eko Prasetyo');
    const { id } = await realm.user('eko');
    await realm.admin('DELETE', `/users/${id}`);
    // Who came within the second in which a run began is not missing yet: that run may have read before.
    const second = Math.floor(Date.now() / 1000);
    await until(() => Math.floor(Date.now() / 1000) > second, 2, 'the clock stands still');
    assert.equal((await sync()).disabled, 1);
    await ayu.stream.sees('person-gone', ({ extension }) => extension === data.extension);
  });

  test('a wrong secret and a Keycloak that is down leave the directory as it is', { timeout: 200_000 }, async () => {
    const before = (await people()).length;
    const client = await realm.clientNamed('dering-sync');
    await realm.admin('POST', `/clients/${client.id}/client-secret`);
    const refused = await sync();
    assert.equal(refused.state, 'failed');
    assert.ok(refused.error.length > 0);
    const secret = await readFile(realm.secretFile, 'utf8');
    assert.equal(refused.error.includes(secret.trim()), false);
    assert.equal((await people()).length, before);
    await realm.admin('PUT', `/clients/${client.id}`, { ...client, secret: secret.trim() });
    await server.kill();
    try {
      assert.equal((await sync()).state, 'failed');
      assert.equal((await people()).length, before);
    } finally {
      await server.start();
    }
    const { state, error } = await sync();
    assert.equal(state, 'idle', error);
  });

  test('a run that would disable most people does nothing', { timeout: 120_000 }, async () => {
    const crowd = Array.from({ length: 30 }, (_, i) => ({ username: `orang${i}`, firstName: `Orang${i}`, lastName: 'Banyak', enabled: true }));
    await realm.admin('POST', '/partialImport', { ifResourceExists: 'SKIP', users: crowd });
    const { added, error } = await sync();
    assert.equal(added, 30, error);
    const before = (await people()).length;
    for (const { username } of crowd) {
      const { id } = await realm.user(username);
      await realm.admin('DELETE', `/users/${id}`);
    }
    const state = await sync();
    assert.equal(state.state, 'failed');
    assert.equal((await people()).length, before);
  });
});
