// Asterisk as a telephone: whoever talks to it hears a tone, what it hears goes on tape, and it presses the
// keys that the test tells it.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Asterisk } from '../../support/asterisk.mjs';
import { until } from '../../support/jssip_phone.mjs';
import { added } from '../sound.mjs';

const more = ['app_mixmonitor', 'app_senddtmf', 'app_transfer', 'app_verbose', 'res_pjsip_refer', 'format_wav', 'func_global', 'codec_g722', 'codec_resample', 'res_srtp'];

const byNumber = new Intl.Collator('en', { numeric: true }).compare;

export class AsteriskPhone extends Asterisk {
  static start(fields, { tone }) {
    return super.start(fields, 'SHA-256,MD5', { plan: (username) => dialplan(username, tone), more });
  }

  async call(number) {
    await this.console(`channel originate PJSIP/${number}@dering extension talk@calls`);
  }
  /** It answers by itself. */
  isRinging = true;
  answer() {}
  get isTalking() {
    return /dering talks/.test(this.log);
  }
  get isIdle() {
    return /dering ends/.test(this.log);
  }
  async press(digit) {
    await this.console(`dialplan set global DIGIT ${digit}`);
  }
  get digits() {
    return [...this.log.matchAll(/DTMF end '(.)' received/g)].map(([, digit]) => digit);
  }
  /** To this number, without asking there. */
  async sendOn(number) {
    await this.#send(`sip:${number}@dering`);
  }
  /** It goes on sounding its tone in the call that it has. */
  consult(number) {
    return this.call(number);
  }
  /** As an attended transfer is written by hand: it names the dialog of the other call in the Refer-To (RFC 3891). */
  async handOver() {
    const [, id, local, remote] = this.#dialogs.at(-1);
    await this.#send(`<sip:asked@dering?Replaces=${encodeURIComponent(`${id};to-tag=${remote};from-tag=${local}`)}>`);
  }
  /** Of the first call. Whoever hangs up before its dialplan has come to it sends nobody on. */
  async #send(target) {
    const [channel] = this.#dialogs[0];
    await this.console(`dialplan set chanvar ${channel} SEND ${target}`);
    await until(() => /dering sends on/.test(this.log), 5, 'Asterisk does not send on');
    await pause(200);
  }
  /** [channel, Call-ID, its tag, ours] of each call, the first one first. */
  get #dialogs() {
    return [...this.log.matchAll(/dering dialog (\S+) (\S+) (\S+) (\S+)/g)].map(([, ...words]) => words);
  }
  get isReleased() {
    return this.log.split('dering ends').length === this.log.split('dering talks').length;
  }
  forget() {
    this.log = '';
  }
  /** Of the call that it has had for the shortest time. */
  async listen() {
    const tapes = (await readdir(this.folder)).filter((name) => name.startsWith('tape-'));
    return added(join(this.folder, tapes.toSorted(byNumber).at(-1) ?? 'none yet'), 500);
  }
}

/** Its folder is /peer to it. */
const dialplan = (username, tone) => `
[from-dering]
exten => ${username},1,Goto(calls,talk,1)
[calls]
exten => talk,1,Answer()
 same => n,MixMonitor(/peer/mixed.wav,r(/peer/tape-\${UNIQUEID}.wav))
 same => n,Log(NOTICE,dering dialog \${CHANNEL(name)} \${CHANNEL(pjsip,call-id)} \${CHANNEL(pjsip,local_tag)} \${CHANNEL(pjsip,remote_tag)})
 same => n,Log(NOTICE,dering talks)
 same => n(tone),PlayTones(${tone}/200000)
 same => n(wait),Wait(0.2)
 same => n,GotoIf($["\${SEND}" != ""]?send)
 same => n,GotoIf($["\${DIGIT}" = ""]?wait)
 same => n,SendDTMF(\${DIGIT})
 same => n,Set(GLOBAL(DIGIT)=)
 same => n,Goto(tone)
 same => n(send),Set(TO=\${SEND})
 same => n,Set(SEND=)
 same => n,Log(NOTICE,dering sends on)
 same => n,Transfer(PJSIP/\${TO})
 same => n,Log(NOTICE,dering sent on: \${TRANSFERSTATUS} \${TRANSFERSTATUSPROTOCOL})
 same => n,Goto(tone)
exten => h,1,Log(NOTICE,dering ends)
`;
