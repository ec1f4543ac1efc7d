// A switchboard with several addresses (FR1, IP2): what it calls itself towards a phone is the address
// that the phone sends to, or the one that is configured for the phone's network. Each test has
// networks of its own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startDering } from '../support/dering.mjs';
import { freePort } from '../support/free_port.mjs';
import { until } from '../support/jssip_phone.mjs';
import { Networks } from '../support/networks.mjs';

const phoneProgram = fileURLToPath(new URL('../support/udp_phone.mjs', import.meta.url));
const isRoot = process.getuid() === 0;
const rootOnly = { skip: isRoot ? false : 'network namespaces need root' };

const open = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one();
});

async function networks() {
  const made = new Networks();
  open.push(() => made.remove());
  return made;
}

async function startIn(namespace, config = '', ports) {
  const dering = await startDering({ namespace, config, ports, address: '0.0.0.0', media: null });
  open.push(() => dering.stop());
  for (const number of [1, 2]) {
    await dering.addAccount(`p${number}`, { extension: `100${number}` });
    await dering.addDevice(`p${number}`, `desk${number}`, `desk-secret-${number}`, { md5: true });
  }
  dering.page = await dering.addAccount('page', { extension: '1009' });
  return dering;
}

/** A phone in that namespace; what happens to it is in `events`. */
function phone(namespace, number, server, port, bind, more = {}) {
  const settings = { user: `100${number}`, device: `desk${number}`, password: `desk-secret-${number}`, server, port, bind, ...more };
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, phoneProgram, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const events = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    events.push(...lines.map((line) => JSON.parse(line)));
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  open.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    events,
    async sees(event, seconds = 10) {
      await until(() => events.some((it) => it.event === event), seconds, `${settings.user} sees no ${event}: ${JSON.stringify(events)}`);
      return events.find((it) => it.event === event);
    },
  };
}

/** The addresses that a page in that namespace is told for its media when it calls the echo by that address. */
async function mediaToldIn(net, namespace, dering, host) {
  const support = (name) => JSON.stringify(new URL(`../support/${name}`, import.meta.url).href);
  const account = { username: 'page', password: dering.page.password };
  const base = `https://${host}:${dering.ports.https}`;
  const script = `process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    const { JsSipPhone, once } = await import(${support('jssip_phone.mjs')});
    const { signIn } = await import(${support('sign_in.mjs')});
    const phone = new JsSipPhone('${base}', '1009', (await signIn('${base}', ${JSON.stringify(account)})).access_token);
    await phone.start();
    const call = phone.call('*43');
    await once(call, ['confirmed'], ['failed']);
    const { sdp } = call.connection.remoteDescription;
    call.terminate();
    console.log(JSON.stringify({ line: sdp.match(/^c=IN IP4 (\\S+)/m)[1], candidates: [...sdp.matchAll(/^a=candidate:\\S+ 1 udp \\d+ (\\S+) /gim)].map((match) => match[1]) }));
    process.exit(0);`;
  return JSON.parse(await net.in(namespace, process.execPath, '--no-warnings', '--input-type=module', '-e', script));
}

/** 1002 waits in one network, 1001 calls from another: everything that is sent to what we call ourselves arrives. */
async function callAcross(from, to, expected) {
  const callee = phone(to.namespace, 2, to.server, to.port, to.bind);
  assert.equal((await callee.sees('registered')).status, 200);
  const caller = phone(from.namespace, 1, from.server, from.port, from.bind, { calls: '1002' });
  assert.equal((await caller.sees('registered')).status, 200);
  const invited = await callee.sees('invited');
  const answered = await caller.sees('answered');
  assert.ok(invited.contact.includes(`@${expected.callee}:`), `Contact to the callee: ${invited.contact}`);
  assert.ok(invited.via.includes(` ${expected.callee}:`), `Via to the callee: ${invited.via}`);
  assert.equal(invited.from, to.server, 'the INVITE leaves from the address that the phone registered at');
  assert.ok(answered.contact.includes(`@${expected.caller}:`), `Contact to the caller: ${answered.contact}`);
  await callee.sees('acknowledged');
  assert.equal((await caller.sees('over')).status, 200, 'BYE is answered');
  await callee.sees('hung-up');
  const odd = caller.events.filter(({ event }) => ['repeated-200', 'cannot-send', 'refused'].includes(event));
  assert.deepEqual(odd, [], 'the ACK arrived: no 200 came again, which is what ends a call after 32 s');
}

test('phones of two networks call each other past a docker bridge, and every ACK arrives', rootOnly, async () => {
  const net = await networks();
  const server = await net.add('server');
  const left = await net.add('left');
  const right = await net.add('right');
  // The first address of the machine is that of a bridge that no phone can reach.
  await net.ip(server, 'link add docker0 type bridge');
  await net.ip(server, 'addr add 172.17.0.1/16 dev docker0');
  await net.ip(server, 'link set docker0 up');
  await net.join([server, '10.91.1.1/24'], [left, '10.91.1.10/24']);
  await net.join([server, '10.91.2.1/24'], [right, '10.91.2.10/24']);
  const dering = await startIn(server);
  const { ports } = dering;
  await callAcross(
    { namespace: left, server: '10.91.1.1', port: ports.sip, bind: '10.91.1.10' },
    { namespace: right, server: '10.91.2.1', port: ports.sip, bind: '10.91.2.10' },
    { caller: '10.91.1.1', callee: '10.91.2.1' },
  );
  for (const [namespace, host] of [[left, '10.91.1.1'], [right, '10.91.2.1']]) {
    const { line, candidates } = await mediaToldIn(net, namespace, dering, host);
    assert.deepEqual([line, candidates[0]], [host, host], 'sound goes first to where the page is');
  }
});

test('a phone that uses the second address of one network gets its answers from there', rootOnly, async () => {
  const net = await networks();
  const server = await net.add('server');
  const office = await net.add('office');
  const [device] = await net.join([server, '10.92.1.1/24'], [office, '10.92.1.10/24']);
  await net.ip(server, `addr add 10.92.1.99/24 dev ${device}`);
  const { ports } = await startIn(server);
  await callAcross(
    { namespace: office, server: '10.92.1.99', port: ports.sip, bind: '10.92.1.10' },
    { namespace: office, server: '10.92.1.99', port: ports.sip, bind: '10.92.1.10' },
    { caller: '10.92.1.99', callee: '10.92.1.99' },
  );
});

test('behind 1:1 address translation phones outside are told the outward address, and those inside the inner one', rootOnly, async () => {
  const net = await networks();
  const server = await net.add('server');
  const router = await net.add('router');
  const outside = await net.add('outside');
  const inside = await net.add('inside');
  await net.join([router, '10.93.1.254/24'], [server, '10.93.1.1/24']);
  await net.join([router, '203.0.113.254/24'], [outside, '203.0.113.77/24']);
  await net.join([server, '10.93.2.1/24'], [inside, '10.93.2.10/24']);
  await net.ip(server, 'route add default via 10.93.1.254');
  await net.ip(router, 'addr add 203.0.113.5/32 dev lo');
  await net.in(router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
  for (const rule of ['PREROUTING -d 203.0.113.5 -j DNAT --to-destination 10.93.1.1', 'POSTROUTING -s 10.93.1.1 -j SNAT --to-source 203.0.113.5']) {
    await net.in(router, 'iptables', '-t', 'nat', '-A', ...rule.split(' '));
  }
  const https = await freePort();
  const known = '[[network]]\nsubnets = ["0.0.0.0/0"]\noutward = "203.0.113.5"\n[[network]]\nsubnets = ["10.0.0.0/8"]\n';
  const dering = await startIn(server, `${known}[public]\norigins = ["https://203.0.113.5:${https}"]\n`, { http: 0, https, sip: 0 });
  const { ports } = dering;
  await callAcross(
    { namespace: outside, server: '203.0.113.5', port: ports.sip, bind: '203.0.113.77' },
    { namespace: inside, server: '10.93.2.1', port: ports.sip, bind: '10.93.2.10' },
    { caller: '203.0.113.5', callee: '10.93.2.1' },
  );
  assert.deepEqual(await mediaToldIn(net, outside, dering, '203.0.113.5'), { line: '203.0.113.5', candidates: ['203.0.113.5'] });
  assert.equal((await mediaToldIn(net, inside, dering, '10.93.2.1')).candidates[0], '10.93.2.1');
});

test('after a restart a phone is called from the address that it registered at', rootOnly, async () => {
  const net = await networks();
  const server = await net.add('server');
  const office = await net.add('office');
  const [device] = await net.join([server, '10.94.1.1/24'], [office, '10.94.1.10/24']);
  await net.ip(server, `addr add 10.94.1.99/24 dev ${device}`);
  const before = await startIn(server);
  const { ports } = before;
  const callee = phone(office, 2, '10.94.1.99', ports.sip, '10.94.1.10');
  assert.equal((await callee.sees('registered')).status, 200);
  await until(async () => (await before.status()).bindings === 1, 20, 'no binding');
  await new Promise((resolve) => setTimeout(resolve, 500));
  await before.stop({ keep: true });
  const dering = await startDering({ namespace: server, address: '0.0.0.0', media: null, folder: before.folder, ports });
  open.push(() => dering.stop());
  const caller = phone(office, 1, '10.94.1.1', ports.sip, '10.94.1.10', { calls: '1002' });
  const invited = await callee.sees('invited');
  assert.equal(invited.from, '10.94.1.99');
  assert.ok(invited.contact.includes('@10.94.1.99:'), invited.contact);
  assert.equal((await caller.sees('over')).status, 200);
});
