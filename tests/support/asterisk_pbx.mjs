// A real Asterisk as somebody's exchange that browsers register at, with the files of docs/react-freepbx.md: only ports
// and the places of certificates are replaced.
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { Asterisk, modules } from './asterisk.mjs';
import { fileIn, replaced, samplesOf } from './document.mjs';
import { freePort } from './free_port.mjs';
import { until } from './jssip_phone.mjs';

const run = promisify(execFile);
const document = 'docs/react-freepbx.md';

const more = [
  ...['res_http_websocket', 'res_pjsip_transport_websocket', 'res_pjsip_registrar', 'res_pjsip_endpoint_identifier_user'],
  ...['res_pjsip_nat', 'res_pjsip_refer', 'res_pjsip_rfc3326', 'res_srtp', 'bridge_simple'],
];

/**
 * 700 is a menu in which key 5 sounds 852 Hz; 710 sounds 1336 Hz over a bridge, from which one can be sent on. Whom it
 * calls hears 1004 Hz, and after key 9 itself.
 */
const scenes = `
[from-internal](+)
exten => 700,1,Answer()
 same => n,WaitExten(60)
exten => 5,1,PlayTones(852/200000)
 same => n,Wait(60)
exten => 710,1,Dial(Local/tone@calls)
exten => 720,1,Answer()
 same => n,PlayTones(697/200000)
 same => n,Wait(60)
exten => 730,1,Busy(1)
[calls]
exten => tone,1,Answer()
 same => n,PlayTones(1336/200000)
 same => n,Wait(60)
exten => out,1,PlayTones(1004/200000)
 same => n,WaitExten(60)
exten => 9,1,StopPlayTones()
 same => n,Echo()
`;

/** Beside what FreePBX writes into pjsip.endpoint.conf: its two companions, and an extension that is none for browsers. */
const companions = (password) => `
${signIn('1002', password)}
[1003]
type=endpoint
aors=1003
auth=1003-auth
context=from-internal
disallow=all
allow=ulaw
${signIn('1003', password)}`;

const signIn = (extension, password) => `
[${extension}-auth]
type=auth
auth_type=userpass
username=${extension}
password=${password}
[${extension}]
type=aor
max_contacts=1
remove_existing=yes
`;

export class AsteriskPbx extends Asterisk {
  static password = 'ganti-sandi-ini';

  static async start() {
    const [http, https] = [await freePort(), await freePort()];
    const files = {
      'http.conf': replaced(await fileIn(document, 'http.conf'), [
        ['bindport = 8088', `bindport = ${http}`],
        ['0.0.0.0:8089', `127.0.0.1:${https}`],
        ['/etc/asterisk/keys/', '/peer/'],
      ]),
      'pjsip.conf': `${await fileIn(document, 'pjsip.conf')}\n${await fileIn(document, 'pjsip.endpoint.conf')}\n${companions(this.password)}`,
      'extensions.conf': (await fileIn(document, 'extensions.conf')) + scenes,
    };
    const pbx = await this.serve([...modules, ...more], files, makeCertificate);
    pbx.server = `wss://localhost:${https}/ws`;
    const listens = () =>
      new Promise((resolve) => {
        const socket = connect(https, '127.0.0.1', () => (socket.destroy(), resolve(true)));
        socket.once('error', () => resolve(false));
      });
    await until(listens, 30, 'Asterisk does not listen').catch(async (error) => {
      await pbx.stop();
      throw new Error(`${error.message}\n${pbx.log}`);
    });
    return pbx;
  }

  /** Calls one of its extensions. */
  ring(extension) {
    return this.console(`channel originate PJSIP/${extension} extension out@calls`);
  }
  async channels() {
    return this.console('core show channels concise');
  }
  async isQuiet() {
    return /0 active channels/.test(await this.console('core show channels count'));
  }
}

/** As the document says, for the name that a test can reach. */
async function makeCertificate(folder) {
  const shell = (await samplesOf(document)).find(({ kind, text }) => kind === 'sh' && text.includes('openssl')).text;
  const words = replaced(shell, [
    ['/etc/asterisk/keys', folder],
    ['pbx.univ.ac.id', 'localhost'],
  ]);
  await run('sh', ['-ec', words]);
}
