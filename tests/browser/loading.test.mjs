// UX6: what a browser really receives, counted by the browser itself.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { openChromium } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const mostScriptBeforeSignIn = 230_000;
let dering, siti, owner, received;
const test = witnessedBy(() => ({ dering, phones: { siti } }));

before(async () => {
  dering = await startDering();
  owner = await dering.addAccount('siti', { name: 'Siti Rahmawati', extension: '1001' });
  // A directory that is worth packing.
  for (let extension = 1002; extension <= 1010; extension++) {
    const unit = 'International office, partnerships and the exchange of students';
    await dering.addAccount(`person${extension}`, { name: `Person with a long Name ${extension}`, unit, extension: String(extension) });
  }
  siti = await openChromium();
});
after(async () => {
  await siti?.browser.close();
  await dering?.stop();
});

/** Counts all that comes over the network: bytes with their heads, as they were sent. */
async function count(page) {
  const session = await page.context().newCDPSession(page);
  const answers = new Map();
  await session.send('Network.enable');
  session.on('Network.responseReceived', ({ requestId, response }) => {
    const encoding = Object.entries(response.headers).find(([name]) => name.toLowerCase() === 'content-encoding')?.[1] ?? '';
    answers.set(requestId, { path: new URL(response.url).pathname, encoding, bytes: 0 });
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const answer = answers.get(requestId);
    if (answer) answer.bytes = encodedDataLength;
  });
  return answers;
}
const sum = (answers) => answers.reduce((total, { bytes }) => total + bytes, 0);
const scripts = () => [...received.values()].filter(({ path }) => path.endsWith('.js'));

test('the script before the sign-in stays within its budget, as received', { timeout: 60_000 }, async (t) => {
  received = await count(siti.page);
  await siti.page.goto(dering.http);
  await siti.find('[data-testid="sign-in"]');
  await until(() => scripts().length > 0 && scripts().every(({ bytes }) => bytes > 0), 12, 'a script is still on its way');
  const bytes = sum(scripts());
  t.diagnostic(`${bytes} bytes of script before the sign-in, ${mostScriptBeforeSignIn} at most`);
  assert.ok(bytes > 20_000 && bytes <= mostScriptBeforeSignIn, `${bytes} bytes`);
  for (const { path, encoding, bytes: size } of scripts()) {
    if (size > 4_000) assert.match(encoding, /^(br|gzip)$/, path);
  }
});

test('all of it, signed in, comes packed, and the directory too', { timeout: 60_000 }, async (t) => {
  await siti.signIn(dering.http, owner);
  await siti.sees('1002', 'offline');
  const directory = [...received.values()].find(({ path }) => path === '/api/v1/directory');
  assert.equal(directory?.encoding, 'gzip');
  t.diagnostic(`${sum([...received.values()])} bytes in all until the phone is ready`);
  assert.ok(sum([...received.values()]) < 600_000);
});

test('the words stand in the font that comes with the page, and a timer does not move as it counts', { timeout: 60_000 }, async () => {
  const font = [...received.values()].find(({ path }) => path.endsWith('.woff2'));
  assert.ok(font?.bytes > 1_000 && font.bytes <= 31_000, `the font came with ${font?.bytes} bytes`);
  const drawn = await siti.evaluate(async () => {
    await document.fonts.ready;
    const widthOf = (text) => {
      const place = Object.assign(document.createElement('span'), { textContent: text, style: 'position: absolute' });
      document.body.append(place);
      const { width } = place.getBoundingClientRect();
      place.remove();
      return width;
    };
    return { loaded: [...document.fonts].map((face) => `${face.family} ${face.status}`), digits: [widthOf('1:11'), widthOf('8:88')] };
  });
  assert.deepEqual(drawn.loaded, ['Inter loaded']);
  assert.equal(drawn.digits[0], drawn.digits[1], 'a timer moves as it counts');
});

test('a second visit loads nothing again that has not changed', { timeout: 60_000 }, async () => {
  received.clear();
  await siti.page.reload();
  await siti.ready();
  assert.ok(sum(scripts()) < 5_000, 'scripts were sent again');
});

// FR17
test('Back after the sign-in, and the form filled in again, lead to the phone', { timeout: 60_000 }, async () => {
  const other = await openChromium();
  try {
    await other.signIn(dering.http, owner);
    await other.page.goBack();
    await other.find('input[name="username"], [data-testid="link"]');
    if (await other.page.isVisible('input[name="username"]')) {
      await other.type('input[name="username"]', owner.username);
      await other.type('input[name="password"]', owner.password);
      await other.page.keyboard.press('Enter');
    }
    await other.ready();
    assert.equal(new URL(other.page.url()).pathname, '/');
  } finally {
    await other.browser.close();
  }
});

test('paths that are nobody\'s are not the page', async () => {
  for (const path of ['/metrics', '/admin', '/.git/config', '/index.php', '/calls/recent', '/auth']) {
    assert.equal((await fetch(dering.http + path)).status, 404, path);
  }
  const nope = await fetch(`${dering.http}/api/nope`);
  assert.equal(nope.status, 404);
  assert.match(nope.headers.get('content-type'), /^application\/problem\+json/);
  assert.equal(await (await fetch(`${dering.http}/healthz`)).text(), 'ok');
  assert.match(await (await fetch(`${dering.http}/auth/callback`)).text(), /<div id="root">/);
});

test('nothing broke the page on the way', () => {
  assert.deepEqual(siti.faults, []);
});
