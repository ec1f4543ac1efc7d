// The pages with a real provider in a real browser: its own sign-in page, silent sign-in, a call that
// outlives its token, and the end of the sign-in.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { until } from '../support/jssip_phone.mjs';
import { connect, openChromium, Phone } from '../support/page.mjs';
import { startWorld } from './world.mjs';

const tones = { siti: 440, budi: 620 };

/** Fills in the provider's form, and waits for the telephone. */
async function signInAtProvider(phone, { username, password }) {
  await phone.type('input[name="username"]', username);
  await phone.page.fill('input[name="password"]', password);
  await phone.page.keyboard.press('Enter');
  await phone.ready();
}

/** A second window of the same browser, whose top-level addresses are kept. */
async function secondWindow(phone) {
  const page = await phone.page.context().newPage();
  const second = new Phone(page, phone.browser, 'playwright');
  second.visited = [];
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) second.visited.push(frame.url());
  });
  return second;
}

/** A page of another origin that shows the phone in a frame. */
async function startPortal(address) {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><title>Portal</title><iframe src="${address()}" allow="microphone" width="900" height="700"></iframe>`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://localhost:${server.address().port}`, stop: () => server.close() };
}

/** `portal(page, provider, account)` signs a person in at another application of the provider, where it has one. */
export function pageScenarios(name, start, { skip = false, portal } = {}) {
  describe(`pages and ${name}`, { skip }, () => {
    let world, dering, provider, siti, budi, listed, stranger;
    const life = 15;
    before(async () => {
      provider = await start();
      listed = await startPortal(() => dering.http);
      stranger = await startPortal(() => dering.http);
      world = await startWorld(provider, { config: `[web]\nembed_origins = ["${listed.origin}"]\n` });
      ({ dering } = world);
      await provider.tokenLife(life);
      siti = await openChromium({ tone: tones.siti });
      budi = await openChromium({ tone: tones.budi });
    });
    after(async () => {
      await siti?.browser.close();
      await budi?.browser.close();
      await world?.stop();
      listed?.stop();
      stranger?.stop();
    });
    const bindings = async () => (await dering.status()).bindings;

    test('nobody is signed in: the page asks silently once, then shows its button', { timeout: 60_000 }, async () => {
      await siti.page.goto(dering.http);
      await siti.find('[data-testid="sign-in"]', 20);
      assert.equal(new URL(siti.page.url()).origin, dering.http);
    });

    test("people sign in at the provider's own page and see each other", { timeout: 90_000 }, async () => {
      await siti.click('sign-in');
      await siti.find('input[name="password"]', 20);
      assert.equal(new URL(siti.page.url()).origin, new URL(provider.issuer).origin);
      await signInAtProvider(siti, world.account('siti'));
      if (portal) {
        // Signed in at the portal first: the phone shows no sign-in page at all.
        await portal(budi.page, provider, world.account('budi'));
        const seen = [];
        budi.page.on('framenavigated', (frame) => seen.push(frame.url()));
        await budi.page.goto(dering.http);
        await budi.ready();
        assert.equal(seen.some((url) => /login-actions|\/interaction\//.test(url)), false, seen.join('\n'));
      } else {
        await budi.page.goto(dering.http);
        await budi.click('sign-in', 20);
        await signInAtProvider(budi, world.account('budi'));
      }
      // Each sees the other, not oneself.
      const shownTo = async (phone) => (await phone.find('[data-testid^="person-"]', 10)).evaluate((row) => row.dataset.testid.slice(7));
      world.numbers = { siti: await shownTo(budi), budi: await shownTo(siti) };
      assert.match(world.numbers.siti, /^21/);
      await until(async () => (await bindings()) === 2, 5, 'two telephones are not registered');
    });

    test('a second window needs no sign-in page', { timeout: 60_000 }, async () => {
      const second = await secondWindow(siti);
      await second.page.goto(dering.http);
      // One tab has the telephone; the other mirrors it, and says so.
      await until(async () => /another tab/i.test(await second.page.textContent('body')), 20, 'the second window is not signed in').catch((error) => {
        throw new Error(`${error.message}: ${second.visited.join('\n')}`);
      });
      assert.equal(second.visited.some((url) => /login-actions|\/interaction\//.test(url)), false);
      assert.ok(second.visited.some((url) => url.startsWith(`${dering.http}/auth/callback?`)), second.visited.join('\n'));
      await second.page.close();
    });

    test('a call is heard, and goes on while tokens end and are renewed', { timeout: 150_000 }, async () => {
      const renewals = [];
      siti.page.on('response', (response) => {
        if (response.request().method() === 'POST' && /\/token$/.test(new URL(response.url()).pathname)) renewals.push(response.status());
      });
      await until(async () => (await siti.presence(world.numbers.budi)) === 'available', 15, 'budi is not available');
      await connect(siti, budi, world.numbers.budi);
      await siti.hears(tones.budi);
      await budi.hears(tones.siti);
      // Longer than a token lives, with the grace that clocks are given.
      await new Promise((resolve) => setTimeout(resolve, (life + 35) * 1000));
      await siti.hears(tones.budi);
      await budi.hears(tones.siti);
      assert.ok(renewals.filter((status) => status === 200).length >= 2, `renewals: ${renewals}`);
      assert.equal(await bindings(), 2);
      assert.equal((await dering.status()).calls, 1);
      await siti.click('hang-up');
      await budi.gone('hang-up');
      await siti.sees(world.numbers.budi, 'available');
    });

    test('an administrator signs siti out: her page says so and her telephone is gone within a second', { timeout: 60_000 }, async () => {
      await provider.signOutEverywhere('siti');
      const told = Date.now();
      await until(async () => (await bindings()) === 1, 2, 'the telephone is still registered');
      const gone = Date.now() - told;
      await siti.find('[data-testid="sign-in-title"][data-notice="ended"]', 3);
      const said = Date.now() - told;
      assert.ok(gone < 1000, `the registration was gone after ${gone} ms`);
      console.log(`# ${name}: after the administrator's click the registration was gone in ${gone} ms, the page said so in ${said} ms`);
      await budi.sees(world.numbers.siti, 'offline', 15);
      // Nobody is signed in again without a click.
      await siti.page.reload();
      await siti.find('[data-testid="sign-in"]', 20);
    });

    test('she signs in again by a click', { timeout: 60_000 }, async () => {
      await siti.click('sign-in');
      await siti.find('input[name="password"]', 20);
      await signInAtProvider(siti, world.account('siti'));
      await budi.sees(world.numbers.siti, 'available', 15);
    });

    test('in a frame of the portal: no sign-in page, but a button for a window; silently signed in where the provider knows the person', { timeout: 90_000 }, async () => {
      const ayu = await openChromium({ tone: 880 });
      try {
        const frame = async () => {
          await ayu.page.goto(listed.origin);
          return ayu.page.frames().find((each) => each.parentFrame() !== null);
        };
        let phone = await frame();
        await phone.waitForSelector('[data-testid="open-window"]', { timeout: 20_000 });
        assert.ok(phone.url().startsWith(dering.http), phone.url());
        const [popup] = await Promise.all([ayu.page.context().waitForEvent('page'), phone.click('[data-testid="open-window"]')]);
        const own = new Phone(popup, ayu.browser, 'playwright');
        await own.click('sign-in', 20);
        await own.find('input[name="password"]', 20);
        await signInAtProvider(own, world.account('ayu'));
        // Another click on the portal's page shows the same window and does not load it again.
        await popup.evaluate(() => (window.isTheSame = true));
        await phone.click('[data-testid="open-window"]');
        await new Promise((resolve) => setTimeout(resolve, 1500));
        assert.equal(await popup.evaluate(() => window.isTheSame), true, 'the phone was loaded again');
        assert.equal(ayu.page.context().pages().length, 2, 'there is another window');
        await popup.close();
        phone = await frame();
        await phone.waitForSelector('[data-testid="link"][data-link="ready"]', { timeout: 20_000 });
        // A page that is not listed may not show it.
        await ayu.page.goto(stranger.origin);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        const shown = ayu.page.frames().find((each) => each.parentFrame() !== null);
        assert.equal(await shown.$('main').catch(() => null), null);
      } finally {
        await ayu.browser.close();
      }
    });

    test('nothing broke a page on the way', () => {
      assert.deepEqual([...siti.faults, ...budi.faults], []);
    });
  });
}
