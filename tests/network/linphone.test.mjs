// IP2: a real linphone where the switchboard, or the telephone itself, has two addresses. Over TCP it answers
// on a connection of its own when what the switchboard calls itself is not what it registered at.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { Linphone } from '../support/desk_phone.mjs';
import { until } from '../support/jssip_phone.mjs';
import { Networks } from '../support/networks.mjs';

const lacking = process.getuid() !== 0 ? 'network namespaces need root' : existsSync('/usr/bin/linphonec') ? false : 'linphonec is not installed';
const options = { skip: lacking, timeout: 120_000 };

const open = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one();
});

async function networks() {
  const made = new Networks();
  open.push(() => made.remove());
  return made;
}

async function startIn(namespace) {
  const dering = await startDering({ namespace, address: '0.0.0.0', media: null });
  open.push(() => dering.stop());
  for (const number of [1, 2]) {
    await dering.addAccount(`p${number}`, { extension: `100${number}` });
    await dering.addDevice(`p${number}`, `desk${number}`, `desk-secret-${number}`);
  }
  return dering;
}

/** Person number's linphone in that namespace, typed in as the devices page says, with that server. */
async function linphone(dering, namespace, number, server, transport) {
  const device = `desk${number}`;
  const fields = { username: device, authname: device, password: `desk-secret-${number}`, domain: 'dering', server, port: dering.ports.sip };
  const phone = await Linphone.start(fields, transport, { namespace });
  open.push(() => phone.stop());
  return phone;
}

/** The first calls the second, who answers; the caller learns it, and either can end it. */
async function callAndEnd(dering, caller, callee, number, whoEnds) {
  const told = () => `\ncaller: ${caller.log}\ncallee: ${callee.log}\n${dering.log.join('')}`;
  const reaches = (condition, seconds, what) =>
    until(condition, seconds, what).catch((error) => {
      throw new Error(`${error.message}${told()}`);
    });
  for (const phone of [caller, callee]) phone.log = '';
  caller.dial(number);
  await reaches(() => /Call \d+ with .* connected/.test(caller.log), 15, 'the caller does not learn that it was answered');
  assert.equal((await dering.status()).calls, 1, told());
  whoEnds.hangUp();
  await reaches(async () => (await dering.status()).calls === 0, 10, 'the call does not end');
  for (const phone of [caller, callee]) await reaches(() => /Call \d+ with .* ended/.test(phone.log), 10, 'a phone goes on');
}

async function callBothWays(dering, one, two) {
  await until(async () => (await dering.status()).bindings === 2, 20, 'not both registered').catch((error) => {
    throw new Error(`${error.message}\n${one.log}\n${two.log}\n${dering.log.join('')}`);
  });
  await callAndEnd(dering, one, two, '1002', one);
  await callAndEnd(dering, two, one, '1001', one);
}

for (const transport of ['tcp', 'udp']) {
  test(`IP2 linphone over ${transport}: the switchboard is in two networks, a phone in each`, options, async () => {
    const net = await networks();
    const [server, left, right] = [await net.add('server'), await net.add('left'), await net.add('right')];
    await net.join([server, '10.95.1.1/24'], [left, '10.95.1.10/24']);
    await net.join([server, '10.95.2.1/24'], [right, '10.95.2.10/24']);
    const dering = await startIn(server);
    const one = await linphone(dering, left, 1, '10.95.1.1', transport);
    const two = await linphone(dering, right, 2, '10.95.2.1', transport);
    await callBothWays(dering, one, two);
  });

  test(`IP2 linphone over ${transport}: the switchboard has two addresses in one network, each phone uses another`, options, async () => {
    const net = await networks();
    const [server, office, home] = [await net.add('server'), await net.add('office'), await net.add('home')];
    const [device] = await net.join([server, '10.96.1.1/24'], [office, '10.96.1.10/24']);
    await net.ip(server, `addr add 10.96.1.99/24 dev ${device}`);
    await net.join([server, '10.96.2.1/24'], [home, '10.96.2.10/24']);
    await net.ip(home, 'route add 10.96.1.0/24 via 10.96.2.1');
    const dering = await startIn(server);
    const one = await linphone(dering, office, 1, '10.96.1.99', transport);
    // By way of an address that is not the one its packets come in at.
    const two = await linphone(dering, home, 2, '10.96.1.1', transport);
    await callBothWays(dering, one, two);
  });

  test(`IP2 linphone over ${transport}: the phone has an address in each of two networks, and two in one`, options, async () => {
    const net = await networks();
    const [server, both, twice] = [await net.add('server'), await net.add('both'), await net.add('twice')];
    // Its first address cannot be reached from the switchboard.
    await net.ip(both, 'link add dock0 type bridge');
    await net.ip(both, 'addr add 172.18.0.1/16 dev dock0');
    await net.ip(both, 'link set dock0 up');
    await net.join([server, '10.97.1.1/24'], [both, '10.97.1.10/24']);
    await net.join([server, '10.97.2.1/24'], [both, '10.97.2.10/24']);
    const [, device] = await net.join([server, '10.97.3.1/24'], [twice, '10.97.3.10/24']);
    await net.ip(twice, `addr add 10.97.3.11/24 dev ${device}`);
    const dering = await startIn(server);
    const one = await linphone(dering, both, 1, '10.97.2.1', transport);
    const two = await linphone(dering, twice, 2, '10.97.3.1', transport);
    await callBothWays(dering, one, two);
  });
}
