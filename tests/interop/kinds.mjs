// The kinds of telephone that are tried with each other, and how each is started.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { noAsterisk } from '../support/asterisk.mjs';
import { AsteriskPhone } from './phones/asterisk.mjs';
import { BaresipPhone } from './phones/baresip.mjs';
import { LinphonePhone } from './phones/linphone.mjs';
import { PagePhone } from './phones/page.mjs';
import { SipJsPhone } from './phones/sipjs.mjs';
import { SippPhone } from './phones/sipp.mjs';

const version = (...command) => {
  try {
    return /\d+(\.\d+)+/.exec(execFileSync(command[0], command.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }))?.[0] ?? '';
  } catch {
    return '';
  }
};
const packaged = (name) => version('dpkg-query', '-W', '-f', '${Version}', name);
const ofPackage = (name) => JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
const missing = (program) => (existsSync(`/usr/bin/${program}`) ? false : `${program} is not installed`);

const desk = (Phone, transport, more) => ({
  transport,
  start: ({ fieldsOf, authority }, person) => Phone.start(fieldsOf(person, transport), { transport, tone: person.tone, ...(transport === 'tls' ? { authority } : {}), ...more }),
});

/**
 * By name: program and version, how it speaks, what it cannot do (with the reason), why it is left out, and how
 * it is started. Each has a tone of its own in the microphone.
 */
export const kinds = [
  { name: 'Chromium', version: packaged('chromium'), transport: 'wss', skip: missing('chromium'), start: ({ origin }, { account, tone }) => PagePhone.chromium(origin, account, tone) },
  { name: 'Firefox', version: packaged('firefox-esr'), transport: 'wss', skip: missing('firefox-esr'), start: ({ origin }, { account, tone }) => PagePhone.firefox(origin, account, tone) },
  { name: 'baresip, UDP', version: packaged('baresip-core'), skip: missing('baresip'), cannot: { 'attended transfer': 'it has no command for it' }, ...desk(BaresipPhone, 'udp') },
  { name: 'baresip, TCP', version: packaged('baresip-core'), skip: missing('baresip'), ...desk(BaresipPhone, 'tcp', { codecs: ['opus/48000/2', 'PCMA/8000/1'] }) },
  { name: 'baresip, TLS and SRTP', version: packaged('baresip-core'), skip: missing('baresip'), ...desk(BaresipPhone, 'tls', { codecs: ['G722/16000/1', 'PCMU/8000/1'] }) },
  { name: 'linphone, UDP', version: packaged('linphone-cli'), skip: missing('linphonec'), ...desk(LinphonePhone, 'udp') },
  { name: 'Asterisk', version: '22', skip: noAsterisk, cannot: { hold: 'it has no command for it', resume: 'it has no command for it' }, ...desk(AsteriskPhone, 'udp') },
  { name: 'SIP.js in Chromium', version: ofPackage('sip.js'), transport: 'wss', skip: missing('chromium'), start: (at, person) => SipJsPhone.start(at, person) },
  { name: 'SIPp, UDP', version: packaged('sip-tester'), skip: missing('sipp'), ...desk(SippPhone, 'udp') },
].map((kind, index) => ({ cannot: {}, ...kind, number: index }));
