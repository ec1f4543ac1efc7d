// What must hold with any OpenID provider: sign-in, calls, renewal, logout, roles, keys, outage.
// Telephones are JsSIP in Node; the pages have scenarios of their own in pages.mjs.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { EventStream } from '../support/event_stream.mjs';
import { once, until } from '../support/jssip_phone.mjs';
import { api, signIn as signInLocally } from '../support/sign_in.mjs';
import { refresh } from '../support/sign_in_form.mjs';
import { finalAnswers, grantedSeconds, startWorld } from './world.mjs';

const silent = { mediaStream: { getTracks: () => [] } };
/** What the server's clock and the provider's may differ by. */
const leeway = 30;

/** `start` gives a provider that has no realm yet; it stays away for `downFor` seconds more once the last
 *  telephone that it signed in is gone. */
export function telephoneScenarios(name, start, { skip = false, downFor = 0 } = {}) {
  describe(`telephones and ${name}`, { skip }, () => {
    let world, dering, provider;
    before(async () => {
      provider = await start();
      world = await startWorld(provider, { identity: 'built_in = true' });
      ({ dering } = world);
    });
    afterEach(async () => {
      await world.hangUpAll();
      await provider.tokenLife(300);
    });
    after(() => world?.stop());

    const bindings = async () => (await dering.status()).bindings;
    const hasBindings = (count, seconds = 2) => until(async () => (await bindings()) === count, seconds, `there are not ${count} bindings`);
    const isSignedOut = (response) => response.status === 401;

    test('a token of the provider registers the telephone, with a number from the range of the group', async () => {
      const siti = await world.phone('siti');
      const { body: me } = await siti.api('/api/v1/me');
      assert.match(me.extension, /^21\d\d$/);
      assert.equal(me.name, 'Siti Rahmawati');
      assert.equal(me.issuer, provider.issuer);
      assert.deepEqual(me.roles, ['user']);
      await hasBindings(1);
      const { body } = await siti.api('/api/v1/directory');
      assert.equal(body.people.find(({ extension }) => extension === me.extension).name, 'Siti Rahmawati');
    });

    test('the number stays, whoever signs in between', async () => {
      const first = await (await world.signIn('siti')).extension();
      await (await world.signIn('budi')).extension();
      assert.equal(await (await world.signIn('siti')).extension(), first);
    });

    test('a binding lives no longer than its token', async () => {
      await provider.tokenLife(60);
      const siti = await world.phone('siti');
      assert.ok(grantedSeconds(siti.sip) <= 60, `granted ${grantedSeconds(siti.sip)} s`);
    });

    test('two people call each other, and the call outlives many tokens that are renewed on the way', { timeout: 150_000 }, async () => {
      const life = 10;
      await provider.tokenLife(life);
      const [siti, budi] = [await world.phone('siti'), await world.phone('budi')];
      const fresh = [siti, budi].map((person) => person.keepFresh(life));
      const call = siti.sip.call(await budi.extension());
      const confirmed = once(call, ['confirmed'], ['failed']);
      let ended = null;
      call.on('ended', (event) => (ended = event.cause));
      (await budi.sip.rings()).answer(silent);
      await confirmed;
      // Past the end of the first token, with all the grace that clocks are given.
      await new Promise((resolve) => setTimeout(resolve, (life + leeway + 5) * 1000));
      for (const stop of fresh) assert.ok((await stop()) >= 4);
      assert.equal(ended, null);
      assert.ok(call.isEstablished());
      assert.equal((await dering.status()).calls, 1);
      await hasBindings(2);
      // A dialog's requests still work, and so does a new call.
      const held = new Promise((resolve) => assert.ok(call.hold({}, resolve)));
      await held;
      const over = once(call, ['ended']);
      call.terminate();
      await over;
      assert.equal(siti.sip.messages('received', /^SIP\/2\.0 403/).length, 0);
    });

    test('without renewal the binding ends with the token', { timeout: 90_000 }, async () => {
      await provider.tokenLife(12);
      const siti = await world.phone('siti');
      siti.sip.ua.on('registrationExpiring', () => {}); // JsSIP does not renew by itself
      await hasBindings(1);
      await until(async () => (await bindings()) === 0, 20, 'the binding outlived its token');
    });

    test('an administrator ends all sessions: flow, binding and event stream are gone within a second', { timeout: 30_000 }, async () => {
      const siti = await world.phone('siti');
      siti.stream = await EventStream.open(dering.http, siti.token);
      await siti.stream.sees('ready');
      const closed = new Promise((resolve) => siti.sip.ua.on('disconnected', resolve));
      await provider.signOutEverywhere('siti');
      const told = Date.now();
      assert.equal((await closed).code, 4401);
      await until(async () => (await bindings()) === 0, 2, 'the binding is still there');
      await siti.stream.sees('session', ({ state }) => state === 'ended', 2);
      await until(() => siti.stream.closed, 2, 'the event stream is still open');
      assert.ok(Date.now() - told < 1000, `it took ${Date.now() - told} ms`);
      assert.ok(isSignedOut(await siti.api('/api/v1/me')));
      // JsSIP connects again by itself; its token is of no use any more.
      await until(() => finalAnswers(siti.sip, 'REGISTER').at(-1) === 401, 10, 'the old token was not refused');
      await assert.rejects(siti.refresh());
    });

    test('the end of one session asks the others of that person for a fresh token, and leaves them', { timeout: 60_000 }, async () => {
      const [laptop, office] = [await world.phone('siti'), await world.phone('siti')];
      for (const person of [laptop, office]) person.stream = await EventStream.open(dering.http, person.token);
      assert.notEqual(laptop.claims.sid ?? 1, office.claims.sid ?? 2);
      // The sign-out is told apart from what was issued in the same second.
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await provider.signOutSession(laptop.claims);
      await laptop.stream.sees('session', ({ state }) => state === 'ended', 2);
      await office.stream.sees('session', ({ state }) => state === 'refresh', 2);
      assert.equal(office.stream.closed, false);
      await office.refresh();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      assert.ok(office.sip.ua.isRegistered());
      assert.equal((await office.api('/api/v1/me')).status, 200);
      assert.ok(isSignedOut(await laptop.api('/api/v1/me')));
    });

    test('a call in progress may finish after the logout', { timeout: 60_000 }, async () => {
      const [siti, budi] = [await world.phone('siti'), await world.phone('budi')];
      const call = siti.sip.call(await budi.extension());
      const confirmed = once(call, ['confirmed'], ['failed']);
      const incoming = await budi.sip.rings();
      incoming.answer(silent);
      await confirmed;
      await provider.signOutEverywhere('siti');
      await new Promise((resolve) => setTimeout(resolve, 3000));
      assert.equal((await dering.status()).calls, 1);
      assert.ok(incoming.isEstablished());
      incoming.terminate();
      await until(async () => (await dering.status()).calls === 0, 40, 'the call is still there');
    });

    test('who lost every role is refused as soon as the token is renewed', { timeout: 60_000 }, async () => {
      const budi = await world.phone('budi');
      await provider.setRoles('budi', []);
      try {
        const { issuer, client } = provider;
        const { access_token: token } = await refresh({ issuer, client, token: budi.tokens.refresh_token });
        assert.equal((await api(dering.http, '/api/v1/me', token)).status, 403);
        assert.equal(await budi.show(token), 403);
        await until(async () => (await bindings()) === 0, 2, 'the binding is still there');
        await dering.logged('no role');
      } finally {
        await provider.setRoles('budi', ['user']);
      }
    });

    test('a role that is given or taken counts from the next token on', { timeout: 30_000 }, async () => {
      const budi = await world.signIn('budi');
      assert.equal((await budi.api('/api/v1/sync')).status, 403);
      await provider.setRoles('budi', ['user', 'admin']);
      await budi.refresh();
      assert.equal((await budi.api('/api/v1/sync')).status, 200);
      assert.ok((await budi.api('/api/v1/me')).body.roles.includes('admin'));
      await provider.setRoles('budi', ['user']);
      await budi.refresh();
      assert.equal((await budi.api('/api/v1/sync')).status, 403);
    });

    test('a disabled account cannot renew, and its telephone ends with the token', { timeout: 90_000 }, async () => {
      await provider.tokenLife(8);
      const budi = await world.phone('budi');
      budi.sip.ua.on('registrationExpiring', () => {});
      await provider.changeUser('budi', { enabled: false });
      try {
        await hasBindings(1);
        await assert.rejects(budi.refresh(), /invalid_grant/);
        await until(async () => (await bindings()) === 0, 8 + 5, 'the binding outlived the token');
        await until(async () => isSignedOut(await budi.api('/api/v1/me')), leeway + 5, 'the token is still good');
      } finally {
        await provider.changeUser('budi', { enabled: true });
      }
    });

    test('new keys are taken without a restart, the old ones until they are gone', { timeout: 90_000 }, async () => {
      const before = await world.phone('siti');
      for (const algorithm of ['RS256', 'ES256']) {
        await provider.rotateKeys(algorithm);
        // The keys are fetched again at most every 30 seconds.
        await until(async () => (await (await world.signIn('budi')).api('/api/v1/me')).status === 200, 40, `${algorithm} keys were not taken`);
      }
      assert.equal((await before.api('/api/v1/me')).status, 200);
      await before.refresh();
    });

    test('the provider is down: who is signed in stays, local accounts still open, and then all is well again', { timeout: 240_000 }, async () => {
      await provider.tokenLife(25);
      const siti = await world.phone('siti');
      const local = await dering.addAccount('teknisi', { extension: '1009', name: 'Teknisi' });
      const refusing = await signInLocally(dering.http, local);
      await hasBindings(1);
      await provider.kill();
      // The last good keys serve, for what is cached and for what is not.
      assert.equal((await siti.api('/api/v1/me')).status, 200);
      assert.equal(await siti.show(siti.token), 200);
      assert.equal((await api(dering.http, '/api/v1/me', refusing.access_token)).status, 200);
      const tokens = await signInLocally(dering.http, local);
      assert.equal((await api(dering.http, '/api/v1/me', tokens.access_token)).status, 200);
      await until(async () => (await bindings()) === 0, 30, 'the binding outlived its token');
      await new Promise((resolve) => setTimeout(resolve, downFor * 1000));
      const late = await signInLocally(dering.http, local);
      assert.equal((await api(dering.http, '/api/v1/me', late.access_token)).status, 200);
      await provider.start();
      await siti.refresh();
      await until(async () => (await bindings()) === 1, 20, 'the telephone did not come back');
      const budi = await world.phone('budi');
      assert.equal((await budi.api('/api/v1/me')).status, 200);
    });
  });
}
