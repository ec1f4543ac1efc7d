// SIP over TLS with real phones: baresip and linphone trust the authority in the data folder, and nobody else.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { startDering } from '../support/dering.mjs';
import { Baresip, fieldsOfPage, Linphone } from '../support/desk_phone.mjs';
import { until } from '../support/jssip_phone.mjs';
import { api, signIn } from '../support/sign_in.mjs';

const run = promisify(execFile);

let dering;
let authority;
const people = {};
before(async () => {
  dering = await startDering();
  authority = join(dering.data, 'ca.crt');
  for (const [username, extension] of [['siti', '1001'], ['budi', '1002']]) {
    const account = await dering.addAccount(username, { extension });
    people[extension] = (await signIn(dering.http, account)).access_token;
  }
});
after(() => dering?.stop());

/** What the devices page shows for a new phone with an encrypted connection. */
async function pageOf(extension, name, host = '127.0.0.1') {
  const token = people[extension];
  const made = await api(dering.http, '/api/v1/devices', token, { method: 'POST', body: { name } });
  assert.equal(made.status, 201);
  const { server } = (await api(dering.http, '/api/v1/devices', token)).body;
  assert.deepEqual(server.transports, ['udp', 'tcp', 'tls']);
  assert.equal(server.tls_port, dering.ports.sip_tls);
  return fieldsOfPage({ ...server, host, port: server.tls_port }, made.body);
}
const presence = async (extension) => {
  const { body } = await api(dering.http, '/api/v1/directory', people[extension]);
  return body.people.find((person) => person.extension === extension).presence;
};
async function isUp(phone, extension) {
  await until(async () => (await presence(extension)) === 'available', 20, `${extension} did not register`).catch((error) => {
    throw new Error(`${error.message}\n${phone.log}\n${dering.log.join('')}`);
  });
}
/** A connection as a phone opens it, which trusts the authority of the data folder. */
async function connection(options = {}) {
  const ca = await readFile(authority);
  return new Promise((resolve, reject) => {
    const socket = connect({ port: dering.ports.sip_tls, host: '127.0.0.1', servername: '', ca, ...options }, () => resolve(socket));
    socket.once('error', reject);
  });
}

test('baresip and linphone register over TLS with the words of the page, and one calls the other', { timeout: 120_000 }, async (t) => {
  const baresip = await Baresip.start(await pageOf('1001', 'Bare'), 'tls', { authority });
  t.after(() => baresip.stop());
  await isUp(baresip, '1001');
  // Its TLS compares names, and no addresses, with the certificate.
  const linphone = await Linphone.start(await pageOf('1002', 'Lin', 'localhost'), 'tls', { authority });
  t.after(() => linphone.stop());
  await isUp(linphone, '1002');
  baresip.dial('1002');
  await until(async () => (await dering.status()).calls === 1, 10, 'no call began');
  baresip.hangUp();
  await until(async () => (await dering.status()).calls === 0, 40, 'the call did not end');
});

test('a phone that does not trust the authority stays outside, and the switchboard says why', { timeout: 60_000 }, async (t) => {
  const other = join(dering.folder, 'other.crt');
  await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '/dev/null', '-out', other, '-subj', '/CN=other', '-days', '2']);
  const linphone = await Linphone.start(await pageOf('1001', 'Wary', 'localhost'), 'tls', { authority: other });
  t.after(() => linphone.stop());
  await dering.logged(/no_tls/, 20);
});

test('the chain that a phone gets leads to the authority, for the name and for the addresses of the server', async () => {
  for (const servername of ['localhost', '']) {
    const socket = await connection({ servername, host: '127.0.0.1' });
    assert.equal(socket.authorized, true);
    assert.ok(['TLSv1.2', 'TLSv1.3'].includes(socket.getProtocol()));
    socket.destroy();
  }
});

test('another certificate is taken by reload, and connections that are open go on', async (t) => {
  const open = await connection();
  t.after(() => open.destroy());
  const pong = () => new Promise((resolve) => open.once('data', (bytes) => resolve(String(bytes))));
  const first = pong();
  open.write('\r\n\r\n');
  assert.equal(await first, '\r\n');
  const before = open.getPeerCertificate().fingerprint256;

  const { data } = dering;
  await writeFile(join(data, 'san.txt'), 'subjectAltName=DNS:localhost,IP:127.0.0.1');
  await run('openssl', ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(data, 'tls.key'), '-out', join(data, 'new.csr'), '-subj', '/CN=anew']);
  await run('openssl', ['x509', '-req', '-in', join(data, 'new.csr'), '-CA', authority, '-CAkey', join(data, 'ca.key'), '-days', '30', '-extfile', join(data, 'san.txt'), '-out', join(data, 'tls.crt')]);
  await dering.command('reload');
  await until(
    async () => {
      const socket = await connection();
      const now = socket.getPeerCertificate().fingerprint256;
      socket.destroy();
      return now !== before;
    },
    10,
    'the old certificate is still shown',
  );
  const second = pong();
  open.write('\r\n\r\n');
  assert.equal(await second, '\r\n');
});
