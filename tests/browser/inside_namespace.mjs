// Runs in the namespace that firefox.test.mjs made: one switchboard, three pairs of browsers.
import assert from 'node:assert/strict';
import { startDering } from '../support/dering.mjs';
import { connect, openChromium, openFirefox } from '../support/page.mjs';

const address = process.argv[2];
const dering = await startDering({ address });
const origin = `https://${address}:${dering.ports.https}`;
const accounts = {
  siti: await dering.addAccount('siti', { extension: '1001' }),
  budi: await dering.addAccount('budi', { extension: '1002' }),
};
const pairs = [
  ['Firefox calls Firefox', openFirefox, openFirefox],
  ['Chromium calls Firefox', openChromium, openFirefox],
  ['Firefox calls Chromium', openFirefox, openChromium],
];

let failed = 0;
for (const [name, openCaller, openCallee] of pairs) {
  let siti, budi;
  try {
    siti = await openCaller({ tone: 440 });
    budi = await openCallee({ tone: 620 });
    await siti.signIn(origin, accounts.siti);
    await budi.signIn(origin, accounts.budi);
    await siti.sees('1002', 'available');
    await connect(siti, budi, '1002');
    await siti.hears(620);
    await budi.hears(440);
    const [hers, his] = [await siti.fingerprints(), await budi.fingerprints()];
    assert.equal(hers.seen, his.own);
    assert.equal(his.seen, hers.own);
    await siti.click('hang-up');
    await budi.gone('hang-up');
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}: ${error.stack}\n${dering.log.join('').slice(-3000)}`);
  } finally {
    await siti?.browser.close();
    await budi?.browser.close();
  }
}
await dering.stop();
process.exit(failed === 0 ? 0 : 1);
