// Asterisk as a telephone: whoever talks to it hears a tone, what it hears goes on tape, and it presses the
// keys that the test tells it.
import { join } from 'node:path';
import { Asterisk } from '../../support/asterisk.mjs';
import { added } from '../sound.mjs';

const more = ['app_mixmonitor', 'app_senddtmf', 'app_verbose', 'format_wav', 'func_global', 'codec_g722', 'codec_resample', 'res_srtp'];

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
  forget() {
    this.log = '';
  }
  listen() {
    return added(join(this.folder, 'tape.wav'), 500);
  }
}

/** Its folder is /peer to it. */
const dialplan = (username, tone) => `
[from-dering]
exten => ${username},1,Goto(calls,talk,1)
[calls]
exten => talk,1,Answer()
 same => n,MixMonitor(/peer/mixed.wav,r(/peer/tape.wav))
 same => n,Log(NOTICE,dering talks)
 same => n(tone),PlayTones(${tone}/200000)
 same => n(wait),Wait(0.2)
 same => n,GotoIf($["\${DIGIT}" = ""]?wait)
 same => n,SendDTMF(\${DIGIT})
 same => n,Set(GLOBAL(DIGIT)=)
 same => n,Goto(tone)
exten => h,1,Log(NOTICE,dering ends)
`;
