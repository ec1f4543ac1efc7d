// What people wait for at the phone's page, in Chromium on the real programs: `bench/run page`.
import { startDering } from '../../tests/support/dering.mjs';
import { until } from '../../tests/support/jssip_phone.mjs';
import { openChromium } from '../../tests/support/page.mjs';
import { noteMoments } from './moments.mjs';
import { tell } from './tell.mjs';

const times = Number(process.argv[2] ?? 9);
const people = 200;
const warming = 80;
const byId = (id) => `[data-testid="${id}"]`;
// When nothing is left to be loaded before the first act: a button to click, or the list, the field and the line.
const first = { button: byId('sign-in'), person: byId('person-1002'), ready: '[data-testid="link"][data-link="ready"]' };

let isMet = true;
const judge = (...figures) => {
  isMet = tell(...figures) && isMet;
};

const dering = await startDering();
const accounts = {
  siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati', unit: 'Rektorat' }),
  budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso', unit: 'Teknik' }),
};
const browsers = [];
async function open(tone) {
  const phone = await openChromium({ tone });
  browsers.push(phone.browser);
  await phone.page.addInitScript(noteMoments, first);
  return phone;
}
const moment = async (phone, name) => {
  await until(async () => (await phone.evaluate(() => window.__moments()))[name] !== undefined, 20, `${name} was not seen`);
  return (await phone.evaluate(() => window.__moments()))[name];
};
const origin = (phone) => phone.evaluate(() => performance.timeOrigin);
const clearCache = async (phone) => {
  const session = await phone.page.context().newCDPSession(phone.page);
  await session.send('Network.clearBrowserCache');
  await session.detach();
};

/** From the moment at which the address is asked for until the page can be used. */
async function measureLoading(phone) {
  const since = { button: [], person: [], ready: [], anew: [] };
  const load = async () => {
    await phone.page.goto('about:blank');
    await phone.page.goto(dering.http);
  };
  const took = async (name) => (await moment(phone, name)) - (await origin(phone));
  for (let i = 0; i < times; ++i) {
    await clearCache(phone);
    await load();
    since.button.push(await took('button'));
  }
  await phone.signIn(dering.http, accounts.siti);
  for (let i = 0; i < times; ++i) {
    await clearCache(phone);
    await load();
    since.person.push(await took('person'));
    since.ready.push(await took('ready'));
    await load();
    since.anew.push(await took('ready'));
  }
  console.log(`page loaded from localhost until it can be used (${times} times)`);
  judge('sign-in page, nothing cached', since.button, 1000, 'ms');
  judge('signed in, people shown, nothing cached', since.person, 1000, 'ms');
  judge('signed in, can call and be called, nothing cached', since.ready, 1000, 'ms');
  judge('the same, cached', since.anew, 1000, 'ms');
}

async function clear(phone) {
  await phone.gone('call-bar');
  if (await phone.has('outcome')) await phone.click('outcome-close');
}

async function measureCalls(siti, budi) {
  const took = { word: [], card: [], siti: [], budi: [] };
  for (let i = 0; i < times + 1; ++i) {
    await siti.click('person-1002');
    await siti.find(byId('call'));
    await siti.evaluate((selector) => window.__note({ ringing: `${selector}[data-stage="ringing"]` }, { sound: true }), byId('call-state'));
    await budi.evaluate((selector) => window.__note({ card: selector }), byId('incoming'));
    await siti.click('call');
    const clicked = await moment(siti, 'click');
    const [ringing, card] = [await moment(siti, 'ringing'), await moment(budi, 'card')];
    await siti.evaluate(() => window.__note({}, { sound: true }));
    await budi.evaluate(() => window.__note({}, { sound: true }));
    await budi.click('answer');
    const answered = await moment(budi, 'click');
    const [atSiti, atBudi] = [await moment(siti, 'sound'), await moment(budi, 'sound')];
    await siti.click('hang-up');
    await clear(siti);
    await clear(budi);
    // The first has all to load: it is not what people wait for all day, and is told apart.
    if (i === 0) {
      console.log(`\nfirst call after sign-in: ringing ${(ringing - clicked).toFixed(0)} ms, card ${(card - clicked).toFixed(0)} ms, sound ${(atSiti - answered).toFixed(0)} and ${(atBudi - answered).toFixed(0)} ms`);
      continue;
    }
    took.word.push(ringing - clicked);
    took.card.push(card - clicked);
    took.siti.push(atSiti - answered);
    took.budi.push(atBudi - answered);
  }
  console.log(`a call between two browsers (${times} times)`);
  judge('Call clicked → "Ringing" at the caller', took.word, 300, 'ms');
  judge('Call clicked → card at the callee', took.card, 300, 'ms');
  judge('Answer clicked → the caller hears the callee', took.siti, 500, 'ms');
  judge('Answer clicked → the callee hears the caller', took.budi, 500, 'ms');
}

/** Twenty calls, `rounds` times. What the first calls load stays, and what the browser compiles of the script: not counted. */
async function measureGrowth(siti, budi, rounds) {
  const session = await siti.page.context().newCDPSession(siti.page);
  await session.send('Performance.enable');
  const measure = async () => {
    // JsSIP keeps what it sent last for 32 s, in case that is asked for again.
    await new Promise((resolve) => setTimeout(resolve, 36_000));
    for (let i = 0; i < 3; ++i) await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const value = (wanted) => metrics.find(({ name }) => name === wanted).value;
    return { listeners: value('JSEventListeners'), heap: value('JSHeapUsedSize') / 1e6 };
  };
  // No handle of an element is taken: each would keep its part of the page.
  const call = async () => {
    await siti.call('1002');
    await budi.click('answer');
    await siti.says('call-state', /Connected/);
    await siti.click('hang-up');
    await clear(budi);
    await clear(siti);
  };
  for (let i = 0; i < warming; ++i) await call();
  const grown = { listeners: [], heap: [] };
  let before = await measure();
  for (let round = 0; round < rounds; ++round) {
    for (let i = 0; i < 20; ++i) await call();
    const after = await measure();
    grown.listeners.push(after.listeners - before.listeners);
    grown.heap.push(after.heap - before.heap);
    before = after;
  }
  console.log(`\nthe caller's page after twenty calls (${rounds} times), garbage collected, ${warming} calls before them`);
  judge('listeners more', grown.listeners, 5, '');
  judge('memory more', grown.heap, 0.2, 'MB', 2);
}

try {
  for (let i = 0; i < people - 2; ++i) await dering.addAccount(`person${i}`, { name: `Person with a Name ${i}`, unit: 'Teknik' });
  const [siti, budi] = [await open(440), await open(620)];
  console.log(`Chromium ${siti.browser.version()}, ${people} people in the directory\n`);
  await measureLoading(siti);
  await budi.signIn(dering.http, accounts.budi);
  await measureCalls(siti, budi);
  await measureGrowth(siti, budi, Math.max(1, Math.ceil(times / 3)));
} finally {
  await Promise.all(browsers.map((browser) => browser.close()));
  await dering.stop();
}
process.exit(isMet ? 0 : 1);
