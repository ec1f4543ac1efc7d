// A provider of telephone lines: a real Asterisk that trunks register at, and one that is overloaded.
import { createSocket } from 'node:dgram';
import { Asterisk, modules } from './asterisk.mjs';
import { freePort } from './free_port.mjs';

const more = ['res_pjsip_registrar', 'bridge_simple'];

const pjsip = (port, { username, password, caller }) => `
[udp]
type = transport
protocol = udp
bind = 127.0.0.1:${port}
[${username}]
type = endpoint
context = from-dering
disallow = all
allow = ulaw
auth = ${username}
aors = ${username}
from_user = ${caller}
direct_media = no
[${username}]
type = auth
auth_type = userpass
username = ${username}
password = ${password}
[${username}]
type = aor
max_contacts = 1
remove_existing = yes
[${username}]
type = identify
endpoint = ${username}
match = 127.0.0.1
`;

/** +62811100 gives back what it hears, +62811200 is busy; nobody else is there. */
const dialplan = `
[from-dering]
exten => +62811100,1,Answer()
 same => n,Echo()
exten => +62811200,1,Busy(1)
[calls]
exten => tone,1,PlayTones(1004/200000)
 same => n,Wait(60)
`;

export class Provider extends Asterisk {
  static async start(account) {
    const port = await freePort();
    const provider = await this.serve([...modules, ...more], { 'pjsip.conf': pjsip(port, account), 'extensions.conf': dialplan });
    provider.server = `127.0.0.1:${port}`;
    provider.account = account;
    return provider;
  }

  /** Somebody outside calls that number of its customer, and sounds a tone once that answers. */
  async rings(number) {
    const said = await this.console(`channel originate PJSIP/${number}@${this.account.username} extension tone@calls`);
    if (/No such command/.test(said)) throw new Error(said);
  }
}

/** A server of a provider that is there and takes no calls: every INVITE gets this status. */
export class OverloadedProvider {
  invites = 0;

  static async start(status = '503 Service Unavailable') {
    const provider = new OverloadedProvider();
    provider.socket = createSocket('udp4');
    provider.socket.on('message', (data, from) => provider.answer(String(data), from, status));
    await new Promise((resolve) => provider.socket.bind(0, '127.0.0.1', resolve));
    provider.server = `127.0.0.1:${provider.socket.address().port}`;
    return provider;
  }

  answer(message, from, status) {
    const method = message.split(' ', 1)[0];
    if (method === 'ACK' || method === 'SIP/2.0') return;
    if (method === 'INVITE') this.invites++;
    const kept = message.split('\r\n').filter((line) => /^(via|from|call-id|cseq):/i.test(line));
    const to = /^To:\s*(.*)$/im.exec(message)[1];
    const lines = [`SIP/2.0 ${method === 'INVITE' ? status : '200 OK'}`, ...kept, `To: ${to};tag=full`, 'Content-Length: 0', '', ''];
    this.socket.send(lines.join('\r\n'), from.port, from.address);
  }

  stop() {
    return new Promise((resolve) => this.socket.close(resolve));
  }
}
