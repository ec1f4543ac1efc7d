// How a call ends when nobody ends it: the switchboard dies, the network goes, the microphone is
// refused. What the pages say then has to be true.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { connect, openChromium } from '../support/page.mjs';
import { api, signIn } from '../support/sign_in.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

let dering, siti, budi, accounts;
const test = witnessedBy(() => ({ dering, phones: { siti, budi } }));

before(async () => {
  dering = await startDering();
  accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' }),
  };
  siti = await openChromium({ tone: 440 });
  budi = await openChromium({ tone: 620 });
  for (const phone of [siti, budi]) followReports(phone);
  await siti.signIn(dering.http, accounts.siti);
  await budi.signIn(dering.http, accounts.budi);
  await siti.sees('1002', 'available', 30);
});
afterEach(async () => {
  await Promise.all([siti, budi].map((phone) => phone.rest()));
});
after(async () => {
  await siti?.browser.close();
  await budi?.browser.close();
  await dering?.stop();
});

/** What the history of a person says of their last call, once that has ended so. */
async function lastCall(account, outcome) {
  const { access_token: token } = await signIn(dering.http, account);
  let last;
  const look = async () => (last = (await api(dering.http, '/api/v1/calls?limit=1', token)).body.calls[0])?.outcome;
  await until(async () => (await look()) === outcome, 12, 'the history says something else').catch((error) => {
    throw new Error(`${error.message}: ${JSON.stringify(last)}`);
  });
  return last;
}
/** Each telling of what a page counted, in its messages to the server. */
function followReports(phone) {
  phone.reports = 0;
  phone.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => (phone.reports += String(payload).includes('application/x-dering-line'))));
}

const refuseMicrophone = () => {
  window.__getUserMedia = navigator.mediaDevices.getUserMedia;
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
};
const giveMicrophone = () => {
  navigator.mediaDevices.getUserMedia = window.__getUserMedia;
};

test('what the pages of a sealed call counted stands in the history', { timeout: 60_000 }, async () => {
  await connect(siti, budi, '1002');
  await siti.hears(620);
  await until(() => siti.reports > 0 && budi.reports > 0, 40, 'the pages tell nothing of what they count');
  await siti.click('hang-up');
  await budi.gone('hang-up');
  for (const account of [accounts.siti, accounts.budi]) {
    const { quality } = await lastCall(account, 'answered');
    assert.equal(quality.media, 'sealed');
    assert.ok(quality.to_phone.packets > 300, JSON.stringify(quality));
    assert.ok(quality.level_dbfs < 0 && quality.level_dbfs > -60, JSON.stringify(quality));
    assert.ok(quality.round_trip_ms >= 0);
    const { access_token: token } = await signIn(dering.http, account);
    const response = await fetch(`${dering.http}/api/v1/call-quality`, { headers: { authorization: `Bearer ${token}` } });
    const [names, ...calls] = (await response.text()).trim().split('\r\n').map((line) => line.split(','));
    const call = Object.fromEntries(names.map((name, i) => [name, calls[0][i]]));
    // Which codec it was only the pages know.
    assert.deepEqual([call.outcome, call.codec, call.media], ['answered', '', 'sealed']);
    for (const name of ['jitter_heard_ms', 'loss_heard_percent', 'tiphon_index']) assert.match(call[name], /^\d+\.\d+$/, name);
  }
});

test('UX1: who answers and gives no microphone has not declined, and the caller reads why', { timeout: 60_000 }, async () => {
  await budi.evaluate(refuseMicrophone);
  await siti.call('1002');
  await budi.click('answer');
  await siti.ends('no_microphone');
  await budi.ends('microphone_denied');
  await budi.evaluate(giveMicrophone);
  for (const account of [accounts.siti, accounts.budi]) await lastCall(account, 'no_microphone');
});

test('UX5: when the network goes the page says so at once, and a call is not "cancelled"', { timeout: 60_000 }, async () => {
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await siti.page.context().setOffline(true);
  await siti.find('[data-testid="link"][data-link="lost"]', 5);
  await siti.find('[data-testid="outcome"][data-outcome="connection_lost"]', 12);
  await siti.page.context().setOffline(false);
  await siti.ready();
  await budi.gone('incoming', 45);
});

test('UX5: 8 s of calling without any answer end with words', { timeout: 60_000 }, async () => {
  dering.child.kill('SIGSTOP');
  try {
    await siti.call('1002');
    // Whichever is noticed first: that nobody answers the call, or that nobody answers at all.
    const ends = ['no_response', 'connection_lost'].map((outcome) => `[data-testid="outcome"][data-outcome="${outcome}"]`);
    await siti.find(ends.join(', '), 14);
  } finally {
    dering.child.kill('SIGCONT');
  }
  await siti.ready();
  await budi.ready();
});

test('UX5: a connection that is dead without a word is told soon, in a page whose timers are held back too', { timeout: 90_000 }, async () => {
  const tells = (phone) => phone.find('[data-testid="link"][data-link="lost"]', 20);
  // More than a browser does with a page behind others, whose own timers come once a minute.
  await budi.evaluate(() => {
    window.setTimeout = () => 0;
  });
  dering.child.kill('SIGSTOP');
  try {
    await Promise.all([tells(siti), tells(budi)]);
  } finally {
    dering.child.kill('SIGCONT');
    await budi.page.reload();
  }
  await Promise.all([siti.ready(), budi.ready()]);
});

test('IP3, UX2: the switchboard is killed in a call and started again: both pages end it and are free', { timeout: 150_000 }, async () => {
  await siti.sees('1002', 'available', 30);
  await connect(siti, budi, '1002');
  await siti.hears(620);
  const { folder, ports } = dering;
  await dering.kill();
  dering = await startDering({ folder, ports });
  await Promise.all([siti.ends('lost', 50), budi.ends('lost', 50)]);
  await Promise.all([siti.ready(), budi.ready()]);
  await siti.sees('1002', 'available', 15);
  await budi.sees('1001', 'available', 15);
  await connect(siti, budi, '1002');
  await siti.hears(620);
  await siti.click('hang-up');
  await budi.ends('answered');
});

test('nothing broke a page on the way', async () => {
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
  assert.deepEqual([...siti.faults, ...budi.faults], []);
});
