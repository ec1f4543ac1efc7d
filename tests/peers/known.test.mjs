// Two people behind one address: one types the other's name, the other signs in and registers at once.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { after, before, test } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { api } from '../support/sign_in.mjs';
import { Cookies, signInByForm } from '../support/sign_in_form.mjs';

let dering, siti, device, phone;
const sitis = new Cookies();
const neighbours = [];
before(async () => {
  dering = await startDering();
  siti = await dering.addAccount('siti', { extension: '1001' });
  const { access_token: token } = await signsIn(siti.password, sitis);
  device = (await api(dering.http, '/api/v1/devices', token, { method: 'POST', body: { name: 'Desk' } })).body;
  phone = new Phone();
  assert.equal(await phone.registers(device.password), 200);
});
after(async () => {
  for (const one of [phone, ...neighbours]) one?.close();
  await dering?.stop();
});

/** A browser of whoever has these cookies; the name is always siti's. */
const signsIn = (password, cookies) =>
  signInByForm({ issuer: `${dering.http}/oidc`, client: 'dering-web', redirect: `${dering.http}/auth/callback`, username: 'siti', password, cookies });

/** A desk phone that keeps its port, with siti's device name. */
class Phone {
  #socket = createSocket('udp4');
  #id = randomBytes(8).toString('hex');
  #cseq = 0;
  #bound = new Promise((resolve) => this.#socket.bind(0, '127.0.0.1', resolve));

  async #ask(extra) {
    await this.#bound;
    const { port } = this.#socket.address();
    const answered = new Promise((resolve) => this.#socket.once('message', (data) => resolve(String(data))));
    const uri = `sip:127.0.0.1:${dering.ports.sip}`;
    const lines = [
      `REGISTER ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${randomBytes(8).toString('hex')};rport`,
      'Max-Forwards: 70',
      `From: <sip:1001@127.0.0.1>;tag=${this.#id}`,
      'To: <sip:1001@127.0.0.1>',
      `Call-ID: ${this.#id}`,
      `CSeq: ${++this.#cseq} REGISTER`,
      `Contact: <sip:1001@127.0.0.1:${port}>`,
      ...extra,
      'Content-Length: 0',
      '',
      '',
    ];
    this.#socket.send(lines.join('\r\n'), dering.ports.sip, '127.0.0.1');
    return answered;
  }

  /** The status of the answer to its credentials. */
  async registers(password) {
    const challenge = await this.#ask([]);
    const value = (name) => challenge.match(new RegExp(`${name}="?([^",\\r]+)`))[1];
    const hash = (...parts) => createHash(value('algorithm') === 'MD5' ? 'md5' : 'sha256').update(parts.join(':')).digest('hex');
    const uri = `sip:127.0.0.1:${dering.ports.sip}`;
    const response = hash(hash(device.username, value('realm'), password), value('nonce'), '00000001', 'abc', 'auth', hash('REGISTER', uri));
    const answer = await this.#ask([
      `Authorization: Digest username="${device.username}", realm="${value('realm')}", nonce="${value('nonce')}", uri="${uri}", response="${response}", algorithm=${value('algorithm')}, qop=auth, cnonce="abc", nc=00000001`,
    ]);
    return Number(answer.match(/^SIP\/2\.0 (\d+)/)[1]);
  }

  close() {
    this.#socket.close();
  }
}

/** The neighbour: one browser that is used on, others that are new, one phone and new ones. */
async function neighbourTypes() {
  const own = new Cookies();
  for (let i = 0; i < 30; i++) {
    await assert.rejects(signsIn(`guess number ${i}`, i % 3 === 0 ? new Cookies() : own));
  }
  await assert.rejects(signsIn(siti.password, own), /429|too many|wait|again/i);
  const one = new Phone();
  neighbours.push(one);
  for (let i = 0; i < 40; i++) {
    const guesser = i % 2 === 0 ? one : new Phone();
    assert.notEqual(await guesser.registers(`guess ${i}`), 200);
    if (guesser !== one) guesser.close();
  }
  assert.equal(await one.registers(device.password), 403, 'who guessed has to wait');
}

async function sitiComesAtOnce() {
  const { access_token: token } = await signsIn(siti.password, sitis);
  assert.ok(token);
  assert.equal(await phone.registers('a typo'), 401, 'its own budget is whole');
  assert.equal(await phone.registers(device.password), 200);
}

test('a neighbour at the same address who types that very name shuts out neither browser nor phone', async () => {
  await neighbourTypes();
  await sitiComesAtOnce();
});

test('nor does one after a restart', async () => {
  const { folder, ports } = dering;
  await dering.stop({ keep: true });
  dering = await startDering({ folder, ports });
  await neighbourTypes();
  await sitiComesAtOnce();
});

test('a phone on a new port is heard where its name has signed in before', async () => {
  const another = new Phone();
  neighbours.push(another);
  assert.equal(await another.registers(device.password), 200);
});
