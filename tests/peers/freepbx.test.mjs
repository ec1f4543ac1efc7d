// Dering beside another exchange, as docs/freepbx.md says: its plan in Dering, its files in a real Asterisk.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Asterisk, modules, noAsterisk } from '../support/asterisk.mjs';
import { startDering } from '../support/dering.mjs';
import { Baresip, fieldsOfPage } from '../support/desk_phone.mjs';
import { fileIn, replaced } from '../support/document.mjs';
import { freePort } from '../support/free_port.mjs';
import { until } from '../support/jssip_phone.mjs';
import { api, signIn } from '../support/sign_in.mjs';

const guide = 'docs/freepbx.md';
/** Somebody at the other exchange who calls, and what it saw of a caller; the guide's own dialplan stands before it. */
const callers = `
[ext-local]
exten => 3002,1,Set(GLOBAL(CALLER)=\${CALLERID(name)} at \${CALLERID(num)})
 same => n,Answer()
 same => n,Echo()
[calls]
exten => tone,1,PlayTones(1004/200000)
 same => n,Wait(60)
[counter]
exten => 3005,1,Set(CALLERID(all)=Loket <3001>)
 same => n,Goto(to-dering,3005,1)
exten => _1XXX,1,Set(CALLERID(all)=Loket <3001>)
 same => n,Goto(to-dering,\${EXTEN},1)
`;
let dering, pbx, baresip, token, folder;

before(async () => {
  if (noAsterisk) return;
  dering = await startDering();
  const port = await freePort();
  const files = {
    'pjsip.conf': replaced(await fileIn(guide, 'pjsip.conf'), [['192.0.2.40:5060', `127.0.0.1:${port}`], ['192.0.2.10:5060', `127.0.0.1:${dering.ports.sip}`], ['192.0.2.10', '127.0.0.1']]),
    'extensions.conf': (await fileIn(guide, 'extensions.conf')) + callers,
  };
  pbx = await Asterisk.serve([...modules, 'bridge_simple', 'func_callerid', 'func_global', 'chan_bridge_media'], files);
  const account = await dering.addAccount('siti', { extension: '1001', name: 'Siti Aminah' });
  await dering.addAccount('ayu', { extension: '3005', name: 'Ayu Lestari' });
  token = (await signIn(dering.http, account)).access_token;
  const { body: made } = await api(dering.http, '/api/v1/devices', token, { method: 'POST', body: { name: 'Desk' } });
  const { server } = (await api(dering.http, '/api/v1/devices', token)).body;
  baresip = await Baresip.start(await fieldsOfPage({ ...server, host: '127.0.0.1' }, made), 'udp');
  folder = await mkdtemp(join(tmpdir(), 'dering-freepbx-'));
  const plan = join(folder, 'plan.json');
  await writeFile(plan, replaced(await fileIn(guide, 'plan.json'), [['192.0.2.40:5060', `127.0.0.1:${port}`]]));
  await dering.command('plan', 'apply', plan);
  await reaches(async () => /pbx\s+up/.test(await dering.command('trunks')), 'the trunk does not come up');
  await reaches(async () => (await dering.status()).bindings === 1, 'baresip does not register');
});
after(() => Promise.allSettled([baresip?.stop(), pbx?.stop(), dering?.stop(), folder && rm(folder, { recursive: true })]));

const reaches = (condition, what) =>
  until(condition, 40, what).catch((error) => {
    throw new Error(`${error.message}\n${pbx.log}\n${baresip?.log}\n${dering.log.join('')}`);
  });
const newest = async () => (await api(dering.http, '/api/v1/calls', token)).body.calls[0];
const isQuiet = () => reaches(async () => (await dering.status()).calls === 0 && /^0 active channels/m.test(await pbx.console('core show channels count')), 'a call stays');
const talks = () => reaches(async () => Math.min(...Object.values(await pbx.packets())) > 50, 'no sound both ways');

test('a person here calls an extension there, which sees number and name', { skip: noAsterisk, timeout: 120_000 }, async () => {
  baresip.dial('3002');
  await talks();
  assert.match(await pbx.console('dialplan show globals'), /CALLER=Siti Aminah at 1001\b/);
  baresip.hangUp();
  await isQuiet();
  const { direction, peer, outcome } = await newest();
  assert.deepEqual([direction, peer, outcome], ['out', '3002@pbx', 'answered']);
});

test('an extension there calls a person here, who sees number and name', { skip: noAsterisk, timeout: 120_000 }, async () => {
  await pbx.console('channel originate Local/1001@counter extension tone@calls');
  await talks();
  await pbx.hangUp();
  await isQuiet();
  assert.match(await dering.command('trace', '1001'), /From: "Loket" <sip:3001@dering>/);
  const { direction, peer, outcome } = await newest();
  assert.deepEqual([direction, peer, outcome], ['in', '3001@pbx', 'answered']);
});

test('a call for a number that nobody has ends at once and goes round in no circle', { skip: noAsterisk, timeout: 120_000 }, async () => {
  await pbx.console('channel originate Local/1777@counter extension tone@calls');
  await reaches(() => dering.log.join('').includes('calls 1777'), 'it does not come');
  await isQuiet();
  assert.equal(dering.log.join('').split('calls 1777').length, 2);
  baresip.dial('3777');
  await reaches(() => dering.log.join('').includes('calls 3777'), 'it does not go');
  await isQuiet();
  assert.equal(dering.log.join('').split('calls 3777').length, 2);
});

test('a person who moved is called at the number that they had there', { skip: noAsterisk, timeout: 120_000 }, async () => {
  await pbx.console('channel originate Local/3005@counter extension tone@calls');
  await reaches(() => dering.log.join('').includes('calls 3005'), 'it does not come');
  await isQuiet();
  assert.match(dering.log.join(''), /ended, offline/);
});
