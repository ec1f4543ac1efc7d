// The organisation's name and logo, as the configuration names them: on every page, as text and as a picture, and
// nothing else. Pictures in build/test/organisation.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { startDering } from '../support/dering.mjs';
import { lookAt } from '../support/dresses.mjs';
import { openChromium } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const name = 'Universitas Pendidikan <b>Negeri</b> Nusantara Timur dan Kepulauan Sekitarnya';
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40" width="120" height="40" onload="top.scripted = 1">
<script>top.scripted = 1; document.title = 'scripted'</script>
<rect width="120" height="40" rx="8" fill="#1d4ed8"/><circle cx="20" cy="20" r="11" fill="#fde68a"/>
<rect x="40" y="14" width="66" height="12" rx="4" fill="#fff"/></svg>`;
const minute = { timeout: 300_000 };
let folder, dering, siti, account;
const test = witnessedBy(() => ({ dering, phones: { siti } }));

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dering-logo-'));
  await writeFile(join(folder, 'logo.svg'), logo);
  const config = `[organisation]\nname = ${JSON.stringify(name)}\nlogo = ${JSON.stringify(join(folder, 'logo.svg'))}\n`;
  dering = await startDering({ config });
  account = await dering.addAccount('siti', { extension: '1001', name: 'Prof.Dr.Siti Rahmawati S.Kom. M.T.', unit: 'Rektorat' });
  await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso', unit: 'Teknik' });
  siti = await openChromium();
});
after(async () => {
  await siti?.browser.close();
  await dering?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** The logo is drawn, nothing of it has run, and the name is text that widens no page. */
async function isShown() {
  const drawn = await siti.evaluate(async () => {
    const picture = document.querySelector('img[src*="logo."]');
    await picture?.decode();
    const { clientWidth, scrollWidth } = document.documentElement;
    return { width: picture?.naturalWidth, scripted: window.scripted, tooWide: scrollWidth > clientWidth, text: document.body.innerText };
  });
  assert.equal(drawn.width, 120);
  assert.equal(drawn.scripted, undefined);
  assert.equal(drawn.tooWide, false, 'the page is wider than its window');
  assert.ok(drawn.text.includes(name), drawn.text);
}

test('the way in and the phone are called after the organisation', minute, async () => {
  await siti.page.goto(dering.http);
  await siti.find('[data-testid="sign-in"]');
  await isShown();
  assert.equal(await siti.page.title(), name);
  await lookAt(siti, 'organisation/sign_in');
  await siti.click('sign-in');
  await siti.find('input[name="username"]');
  await isShown();
  assert.ok((await siti.page.title()).endsWith(name));
  await assertAccessible(siti.page);
  await lookAt(siti, 'organisation/form');
  await siti.signIn(dering.http, account);
  await siti.says('organisation', new RegExp(name.replaceAll(/[<>/]/g, '.')));
  await isShown();
  assert.equal(await siti.page.title(), name);
  await lookAt(siti, 'organisation/phone');
});

test('the logo opened by itself runs nothing and has no origin of ours', minute, async () => {
  const answer = await fetch(`${dering.http}/logo.svg`);
  assert.equal(answer.headers.get('content-type'), 'image/svg+xml');
  assert.match(answer.headers.get('content-security-policy'), /default-src 'none'.*sandbox/);
  const other = await siti.page.context().newPage();
  try {
    await other.goto(`${dering.http}/logo.svg`);
    assert.equal(await other.evaluate(() => window.scripted), undefined);
    assert.notEqual(await other.title(), 'scripted');
  } finally {
    await other.close();
  }
});

test('initials are those of the name between titles without blanks and degrees without commas', minute, async () => {
  assert.equal(await siti.text('account'), 'SR');
});

test('nothing broke the page on the way', () => {
  assert.deepEqual(siti.faults, []);
});
