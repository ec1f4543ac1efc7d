// Busy lamps and texts against real programs over UDP: what a phone that watches is told of calls between baresip
// and linphone, what baresip itself makes of presence, and all of it after a restart.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { Baresip, fieldsOfPage, Linphone } from '../support/desk_phone.mjs';
import { until } from '../support/jssip_phone.mjs';
import { api, signIn } from '../support/sign_in.mjs';
import { Watcher } from '../support/watcher.mjs';

let dering;
const tokens = {};
const stopped = [];
before(async () => {
  dering = await startDering();
  for (const [username, extension] of [['siti', '1001'], ['budi', '1002'], ['ayu', '1003'], ['joko', '1004']]) {
    const unit = extension === '1004' ? 'Kebun' : 'Perpustakaan';
    const account = await dering.addAccount(username, { extension, unit });
    tokens[extension] = (await signIn(dering.http, account)).access_token;
  }
});
after(async () => {
  for (const one of stopped) await one.stop();
  await dering?.stop();
});

async function pageOf(extension, name) {
  const made = await api(dering.http, '/api/v1/devices', tokens[extension], { method: 'POST', body: { name } });
  assert.equal(made.status, 201);
  const { server } = (await api(dering.http, '/api/v1/devices', tokens[extension])).body;
  return fieldsOfPage({ ...server, host: '127.0.0.1' }, made.body);
}
async function watcherOf(extension) {
  const fields = await pageOf(extension, 'lamps');
  const watcher = await Watcher.start({ user: extension, device: fields.authname, password: fields.password, port: dering.ports.sip });
  stopped.push(watcher);
  return watcher;
}
async function baresipOf(extension, options) {
  const phone = await Baresip.start(await pageOf(extension, 'baresip'), 'udp', options);
  stopped.push(phone);
  return phone;
}
async function presence(extension) {
  const { body } = await api(dering.http, '/api/v1/directory', tokens[extension]);
  return body.people.find((person) => person.extension === extension).presence;
}
const isThere = (extension) => until(async () => (await presence(extension)) === 'available', 20, `${extension} did not register`);

test('a lamp follows a call between real phones, and a colleague may pick it up', async () => {
  const [siti, joko] = [await watcherOf('1001'), await watcherOf('1004')];
  assert.equal((await siti.subscribe('1002', 'dialog')).status, 200);
  assert.equal((await joko.subscribe('1002', 'dialog')).status, 200);
  const first = await siti.hears((it) => it.event === 'dialog');
  assert.match(first.body, /version="0" state="full" entity="sip:1002@dering"/);
  assert.doesNotMatch(first.body, /<dialog /);

  const budi = await baresipOf('1002');
  const ayu = await Linphone.start(await pageOf('1003', 'linphone'), 'udp');
  stopped.push(ayu);
  await isThere('1002');
  await isThere('1003');
  ayu.dial('1002');
  const ringing = await siti.hears((it) => /<state>early<\/state>/.test(it.body), 10);
  assert.match(ringing.body, /direction="recipient"/);
  assert.match(ringing.body, /call-id="[^"]+" local-tag="[^"]+" remote-tag="[^"]+"/);
  assert.match(ringing.body, /<identity display="ayu">sip:1003@dering/);
  const foreign = await joko.hears((it) => /<state>early<\/state>/.test(it.body));
  assert.doesNotMatch(foreign.body, /call-id/);
  await siti.hears((it) => /<state>confirmed<\/state>/.test(it.body), 10);
  budi.hangUp();
  const over = await siti.hears((it) => /<state>terminated<\/state>/.test(it.body), 10);
  assert.match(over.body, /state="partial"/);
  await ayu.stop();
});

test('baresip shows who is there, and who is gone', async () => {
  const phone = await baresipOf('1004', { contacts: ['"Siti" <sip:1001@127.0.0.1>;presence=p2p'] });
  await isThere('1004');
  const shows = (word) => until(async () => word.test(await phone.ask('/contacts')), 20, `baresip does not show ${word}`).catch(async (error) => {
    throw new Error(`${error.message}\n${await phone.ask('/contacts')}\n${phone.log}\n${dering.log.join('')}`);
  });
  await shows(/Offline[^\n]*1001|1001[^\n]*Offline/i);
  const siti = await watcherOf('1001');
  await siti.register();
  await shows(/Online[^\n]*1001|1001[^\n]*Online/i);
  await siti.register(0);
  await shows(/Offline[^\n]*1001|1001[^\n]*Offline/i);
});

test('after a restart the first refresh gets 481, and the new subscription is right at once', async () => {
  const siti = await watcherOf('1001');
  const joko = await watcherOf('1004');
  await joko.register();
  const { dialog } = await siti.subscribe('1004', 'presence');
  await siti.hears((it) => /<basic>open<\/basic>/.test(it.body));
  const { folder, ports } = dering;
  await dering.kill();
  siti.heard.length = 0;
  dering = await startDering({ folder, ports });
  const refusal = await siti.subscribe('1004', 'presence', { dialog });
  assert.equal(refusal.status, 481);
  assert.equal((await siti.subscribe('1004', 'presence')).status, 200);
  await siti.hears((it) => /<basic>open<\/basic>/.test(it.body));
  assert.equal((await dering.status()).subscriptions >= 1, true);
});

/** How many texts are kept on the disk. */
const keptTexts = () => Number(execFileSync('python3', ['-c', 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM kept_texts").fetchone()[0])', join(dering.data, 'dering.db')]));

test('a text waits for who is away, outlives a restart, and is delivered once', async () => {
  const siti = await watcherOf('1001');
  assert.equal((await siti.text('1003', 'Rapat jam 10 ☕')).status, 202);
  await until(() => keptTexts() === 1, 20, 'the text is not on the disk');
  const { folder, ports } = dering;
  await dering.kill();
  dering = await startDering({ folder, ports });
  const ayu = await watcherOf('1003');
  await ayu.register();
  const text = await ayu.hears((it) => it.method === 'MESSAGE');
  assert.equal(text.body, 'Rapat jam 10 ☕');
  assert.match(text.from, /"siti" <sip:1001@dering>/);
  assert.equal((await siti.text('1003', 'dua')).status, 200);
  await ayu.hears((it) => it.body === 'dua');
  const other = await watcherOf('1003');
  await other.register();
  assert.equal((await siti.text('1003', 'tiga')).status, 200);
  await other.hears((it) => it.body === 'tiga');
  assert.deepEqual(other.heard.map((it) => it.body), ['tiga']);
});

test('what is no short text is refused with words', async () => {
  const siti = await watcherOf('1001');
  assert.equal((await siti.text('1003', 'x'.repeat(60_000))).status, 413);
  const markup = await siti.text('1003', '<b>x</b>', 'text/html');
  assert.equal(markup.status, 415);
  assert.match(markup.message, /^Accept: text\/plain/m);
  assert.equal((await siti.text('1003', '\x1b[2J')).status, 415);
});
