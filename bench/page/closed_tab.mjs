// How long it takes until the other side is told that a tab was closed in a call, in Chromium and in Firefox. Belongs into
// a namespace, because Firefox gathers no candidates without an address: tests/support/in_namespace.sh node bench/page/closed_tab.mjs
import { networkInterfaces } from 'node:os';
import { startDering } from '../../tests/support/dering.mjs';
import { until } from '../../tests/support/jssip_phone.mjs';
import { connect, openChromium, openFirefox } from '../../tests/support/page.mjs';
import { tell } from './tell.mjs';

const times = Number(process.argv[2] ?? 3);
const address = networkInterfaces().phone0.find(({ family }) => family === 'IPv4').address;
const dering = await startDering({ address });
const origin = `https://${address}:${dering.ports.https}`;
const siti = await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' });
const ayu = await dering.addAccount('ayu', { extension: '1003', name: 'Ayu Lestari' });
const browsers = [];

try {
  const stays = await openChromium({ tone: 880 });
  browsers.push(stays.browser);
  await stays.signIn(origin, ayu);
  for (const [browser, open] of [['Chromium', openChromium], ['Firefox', openFirefox]]) {
    const took = { away: [], over: [] };
    for (let i = 0; i < times; ++i) {
      const leaves = await open({ tone: 440 });
      browsers.push(leaves.browser);
      await leaves.signIn(origin, siti);
      await connect(leaves, stays, '1003');
      await stays.hears(440);
      const closed = performance.now();
      const since = () => performance.now() - closed;
      void leaves.page.close();
      await until(async () => (await stays.has('away')) || (await stays.has('outcome')), 60, 'nobody is told');
      took.away.push(since() / 1000);
      await stays.find('[data-testid="outcome"]', 60);
      took.over.push(since() / 1000);
      await stays.click('outcome-close');
      await leaves.browser.close();
    }
    tell(`${browser}: a tab is closed → "the network is away"`, took.away, undefined, 's', 1);
    tell(`${browser}: a tab is closed → the call has ended`, took.over, undefined, 's', 1);
  }
} finally {
  await Promise.all(browsers.map((browser) => browser.close().catch(() => {})));
  await dering.stop();
}
process.exit(0);
