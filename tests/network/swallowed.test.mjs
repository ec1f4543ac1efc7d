// A network that swallows every packet and says nothing, between a page and the switchboard, in a call: the page notices and
// says so, the other side is told, and the call goes on when the network is back or ends with words. Chromium.
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { Networks } from '../support/networks.mjs';
import { connect, openChromium } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const isRoot = process.getuid() === 0;
const options = { skip: isRoot ? false : 'network namespaces need root', timeout: 150_000 };
const chromium = process.env.DERING_CHROMIUM ?? '/usr/bin/chromium';
const [here, there] = ['10.88.0.1', '10.88.0.2'];
const net = new Networks();
let house, far, folder, dering, siti, budi;
const test = witnessedBy(() => ({ dering, phones: { siti, budi } }));

/** Chromium in that namespace: its driver speaks to it by pipes, which know no networks. */
async function openIn(namespace, tone) {
  const program = join(folder, namespace);
  await writeFile(program, `#!/bin/sh\nexec ip netns exec ${namespace} ${chromium} "$@"\n`);
  await chmod(program, 0o755);
  return openChromium({ tone, executablePath: program });
}

before(async () => {
  if (!isRoot) return;
  folder = await mkdtemp(join(tmpdir(), 'dering-swallowed-'));
  [house, far] = [await net.add('house'), await net.add('far')];
  await net.join([house, `${here}/24`], [far, `${there}/24`]);
  await net.ip(house, `route add default via ${there}`);
  await net.ip(far, `route add default via ${here}`);
  dering = await startDering({ namespace: house, address: '0.0.0.0', media: [here] });
  const people = [
    await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' }),
    await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' }),
  ];
  siti = await openIn(far, 440);
  budi = await openIn(house, 620);
  for (const [index, phone] of [siti, budi].entries()) await phone.signIn(`https://${here}:${dering.ports.https}`, people[index]);
  await siti.sees('1002', 'available', 30);
});
after(async () => {
  await Promise.all([siti, budi].map((phone) => phone?.browser.close()));
  await dering?.stop();
  await net.remove();
  if (folder) await rm(folder, { recursive: true });
});

/** What comes in at either end is dropped: whoever sends learns nothing. */
async function swallow(action) {
  for (const [namespace, from] of [[house, there], [far, here]]) await net.in(namespace, 'iptables', action, 'INPUT', '-s', from, '-j', 'DROP');
}
async function bothHear() {
  await siti.hears(620, 30);
  await budi.hears(440, 30);
}
/** Seconds until both have said what they know. */
async function swallowedAndTold() {
  await swallow('-A');
  const since = performance.now();
  const seconds = () => (performance.now() - since) / 1000;
  const told = await Promise.all([
    siti.find('[data-testid="link"][data-link="lost"]', 25).then(seconds),
    budi.find('[data-testid="away"]', 25).then(seconds),
  ]);
  return told;
}

test('the page says within some seconds that its network is away, the other side is told, and the call goes on after it', options, async () => {
  await connect(siti, budi, '1002');
  await bothHear();
  try {
    const [page, other] = await swallowedAndTold();
    // Ten seconds to notice and one to say it; a loaded machine takes its time.
    assert.ok(page < 16, `the page said so after ${page} s`);
    assert.ok(other < 16, `the other side was told after ${other} s`);
  } finally {
    await swallow('-D');
  }
  await siti.ready();
  await budi.gone('away', 30);
  await bothHear();
  assert.equal((await siti.has('outcome')) || (await budi.has('outcome')), false);
});

test('where the network stays away the call ends with words on both sides, and both are free', options, async () => {
  try {
    await swallowedAndTold();
    await Promise.all([siti.ends('lost', 60), budi.ends('lost', 60)]);
  } finally {
    await swallow('-D');
  }
  await siti.ready();
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
  await siti.sees('1002', 'available', 30);
});
