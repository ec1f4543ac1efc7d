// Codecs of single desk phones: two of one person, each with a list of its own, and each gets its own codec. And
// phones on TLS that have to bring keys.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BaresipPhone } from '../interop/phones/baresip.mjs';
import { loudest } from '../interop/sound.mjs';
import { startDering } from '../support/dering.mjs';
import { Baresip } from '../support/desk_phone.mjs';
import { until } from '../support/jssip_phone.mjs';

const all = ['opus/48000/2', 'G722/16000/1', 'PCMU/8000/1', 'PCMA/8000/1'];
const fieldsOf = (dering, { username, password }, transport = 'udp') => ({
  ...{ username, authname: username, password, domain: 'dering', server: '127.0.0.1', address: '127.0.0.1' },
  port: transport === 'tls' ? dering.ports.sip_tls : dering.ports.sip,
});

describe('codecs of one desk phone', () => {
  let dering;
  const phones = {};
  const tones = { hall: 600, desk: 900, budi: 1300 };

  const start = async (name, user) => {
    const device = await dering.addDevice(user, name, `secret-of-${name}-phone`);
    phones[name] = await BaresipPhone.start(fieldsOf(dering, device), { transport: 'udp', tone: tones[name], codecs: all });
  };
  before(async () => {
    dering = await startDering();
    await dering.addAccount('siti', { extension: '1001' });
    await dering.addAccount('budi', { extension: '1002' });
    await Promise.all([start('hall', 'siti'), start('desk', 'siti'), start('budi', 'budi')]);
    await until(async () => (await dering.status()).bindings === 3, 30, 'not all have registered');
  });
  after(async () => {
    await Promise.allSettled(Object.values(phones).map((phone) => phone.stop()));
    await dering?.stop();
  });

  const told = (error) => {
    throw new Error(`${error.message}\n${Object.entries(phones).map(([name, { log }]) => `---- ${name}\n${log}`).join('\n')}\n====\n${dering.log.join('').slice(-3000)}`);
  };
  /** The codec that the phone sends by in the call that it has. */
  const spoken = (name) => /Set audio encoder: (\w+)/.exec(phones[name].log)?.[1].toLowerCase();
  const hears = (name, other) =>
    until(async () => Math.abs(loudest(await phones[name].listen()) - tones[other]) <= 15, 10, `${name} does not hear ${other}`);
  const endOf = async (name) => {
    phones[name].hangUp();
    await until(async () => (await dering.status()).calls === 0, 20, 'the call does not end');
    for (const phone of Object.values(phones)) phone.forget();
  };
  /** Budi calls Siti, that phone answers, and both hear each other; the codecs of both. */
  async function answeredBy(name) {
    phones.budi.call('1001');
    await until(() => phones.hall.isRinging && phones.desk.isRinging, 10, 'not both ring');
    phones[name].answer();
    await until(() => phones[name].isTalking && phones.budi.isTalking, 10, 'they do not talk');
    await Promise.all([hears(name, 'budi'), hears('budi', name)]);
    const codecs = [spoken(name), spoken('budi')];
    await endOf('budi');
    return codecs;
  }

  test('two phones of one person have different lists, and each is talked to by its own, with sound both ways', { timeout: 120_000 }, async () => {
    await dering.command('account', 'codecs', 'hall', 'PCMA');
    await dering.command('account', 'codecs', 'desk', 'g722,opus');
    assert.match(await dering.command('account', 'devices'), /1001 +siti +desk +g722,opus\n1001 +siti +hall +pcma\n/);
    assert.match(await dering.command('account', 'codecs', 'budi'), /^1002 +budi +budi +default\n$/);
    const hall = await answeredBy('hall').catch(told);
    assert.equal(hall[0], 'pcma');
    const desk = await answeredBy('desk').catch(told);
    assert.equal(desk[0], 'g722');
  });

  test('a call of such a phone has its codec too', { timeout: 60_000 }, async () => {
    for (const [name, codec] of [['hall', 'pcma'], ['desk', 'g722']]) {
      phones[name].call('1002');
      await until(() => phones.budi.isRinging, 10, 'Budi does not ring').catch(told);
      phones.budi.answer();
      await Promise.all([hears(name, 'budi'), hears('budi', name)]).catch(told);
      assert.deepEqual([spoken(name), spoken('budi')], [codec, codec], 'nothing has to be turned into another');
      await endOf(name);
    }
  });

  test('another list counts for the next call without a restart, and after one', { timeout: 120_000 }, async () => {
    await dering.command('account', 'codecs', 'hall', 'pcmu');
    assert.equal((await answeredBy('hall').catch(told))[0], 'pcmu');
    await dering.kill();
    dering = await startDering({ folder: dering.folder, ports: dering.ports });
    await until(async () => (await dering.status()).bindings === 3, 10, 'the phones are forgotten');
    assert.equal((await answeredBy('hall').catch(told))[0], 'pcmu');
    await dering.command('account', 'codecs', 'hall', 'default');
    assert.equal((await answeredBy('hall').catch(told))[0], 'opus');
  });

  test('what is no list of codecs is refused with a sentence', async () => {
    for (const [list, words] of [['g729', /the codecs are opus, g722, pcmu and pcma/], ['opus,opus', /opus is named twice/], [',', /the codecs are/]]) {
      await assert.rejects(dering.command('account', 'codecs', 'desk', list), ({ stderr }) => words.test(stderr));
    }
    await assert.rejects(dering.command('account', 'codecs', 'nobody', 'opus'), ({ stderr }) => /there is no device nobody/.test(stderr));
    assert.match(await dering.command('account', 'codecs', '--help'), /opus, g722, pcmu and pcma/);
  });
});

describe('phones on TLS that have to bring keys', () => {
  let dering;
  const phones = [];
  before(async () => {
    dering = await startDering({ codecs: 'require_srtp_over_tls = true\n' });
    await dering.addAccount('siti', { extension: '1001' });
    await dering.addAccount('budi', { extension: '1002' });
  });
  after(async () => {
    await Promise.allSettled(phones.map((phone) => phone.stop()));
    await dering?.stop();
  });

  test('one that offers no keys is refused with words, and one that does is served', { timeout: 90_000 }, async () => {
    const authority = join(dering.data, 'ca.crt');
    const bare = await dering.addDevice('siti', 'bare', 'secret-of-bare-phone');
    const sealed = await dering.addDevice('budi', 'sealed', 'secret-of-sealed-phone');
    const open = await Baresip.start(fieldsOf(dering, bare, 'tls'), 'tls', { authority });
    phones.push(open);
    const keyed = await BaresipPhone.start(fieldsOf(dering, sealed, 'tls'), { transport: 'tls', tone: 700, authority });
    phones.push(keyed);
    await until(async () => (await dering.status()).bindings === 2, 30, 'not both have registered');

    open.dial('1002');
    await until(() => /488 /.test(open.log), 10, `it was not refused\n${open.log}`).catch((error) => assert.fail(`${error.message}\n${open.log}`));
    assert.equal(keyed.isRinging, false);
    keyed.call('*43');
    await until(() => keyed.isTalking, 15, 'it is not served').catch((error) => assert.fail(`${error.message}\n${keyed.log}`));
    await until(async () => Math.abs(loudest(await keyed.listen()) - 700) <= 15, 10, 'it does not hear itself');
  });
});
