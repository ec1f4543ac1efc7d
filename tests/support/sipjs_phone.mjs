// The real SIP.js in Node, which registers and stays. As a desk phone it speaks over a transport of ours,
// UDP or TCP, as programs built upon it may bring their own; as a page over its own WebSocket. Run as a program:
//   node sipjs_phone.mjs '{"transport":"udp","user":"1001","device":"desk1","password":"…","port":5060}'
// A page has `server` (its ws:// address) and may have a `token`, which SIP.js sends as a field of the
// application's. It prints one line of JSON for each response, and the log of SIP.js.
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import WebSocket from 'ws';

// Programs on SIP.js are pages: it looks for their window as it is loaded.
globalThis.window ??= globalThis;
globalThis.WebSocket = class extends WebSocket {
  constructor(url, protocol) {
    super(url, protocol, { origin: url.replace(/^ws/, 'http').replace(/^(\w+:\/\/[^/]+).*/, '$1') });
  }
};
const { Registerer, RegistererState, TransportState, UserAgent } = await import('sip.js');

const me = JSON.parse(process.argv[2]);
const tell = (event, more = {}) => console.log(JSON.stringify({ event, ...more }));

/** What the transports of ours share: the states that SIP.js wants to see. */
class OwnTransport {
  state = TransportState.Disconnected;
  #listeners = new Set();
  stateChange = {
    addListener: (listener) => this.#listeners.add(listener),
    removeListener: (listener) => this.#listeners.delete(listener),
  };

  async connect() {
    this.#enter(TransportState.Connecting);
    this.port = await this.open((text) => this.onMessage?.(text));
    this.#enter(TransportState.Connected);
    this.onConnect?.();
  }
  async disconnect() {
    this.close();
    this.#enter(TransportState.Disconnected);
    this.onDisconnect?.();
  }
  dispose() {
    return this.disconnect();
  }
  isConnected() {
    return this.state === TransportState.Connected;
  }
  #enter(state) {
    this.state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

class UdpTransport extends OwnTransport {
  protocol = 'UDP';
  #socket = createSocket('udp4');

  open(receive) {
    this.#socket.on('message', (data) => receive(String(data)));
    return new Promise((resolve) => this.#socket.bind(0, '127.0.0.1', () => resolve(this.#socket.address().port)));
  }
  async send(message) {
    this.#socket.send(message, me.port, '127.0.0.1');
  }
  close() {
    this.#socket.close();
  }
}

class TcpTransport extends OwnTransport {
  protocol = 'TCP';
  #socket = connect(me.port, '127.0.0.1');
  #rest = '';

  open(receive) {
    this.#socket.setEncoding('utf8').on('data', (text) => this.#take(text, receive));
    return new Promise((resolve) => this.#socket.once('connect', () => resolve(this.#socket.localPort)));
  }
  #take(text, receive) {
    this.#rest += text;
    for (let end; (end = this.#rest.indexOf('\r\n\r\n')) >= 0; ) {
      const length = Number(/^content-length:\s*(\d+)/im.exec(this.#rest.slice(0, end))?.[1] ?? 0);
      if (this.#rest.length < end + 4 + length) return;
      receive(this.#rest.slice(0, end + 4 + length));
      this.#rest = this.#rest.slice(end + 4 + length);
    }
  }
  async send(message) {
    this.#socket.write(message);
  }
  close() {
    this.#socket.destroy();
  }
}

const own = { udp: UdpTransport, tcp: TcpTransport }[me.transport];
const agent = new UserAgent({
  uri: UserAgent.makeURI(`sip:${me.user}@${own ? '127.0.0.1' : 'dering'}`),
  authorizationUsername: me.device,
  authorizationPassword: me.password,
  logConfiguration: false,
  ...(own
    ? { transportConstructor: own, forceRport: true, viaHost: '127.0.0.1', contactParams: { transport: me.transport }, contactName: me.user }
    : { transportOptions: { server: me.server } }),
});
await agent.start();
if (own) agent.contact.uri.port = agent.transport.port;
const registerer = new Registerer(agent, {
  expires: 600,
  ...(me.token && { extraHeaders: [`Authorization: Bearer ${me.token}`] }),
});
registerer.stateChange.addListener((state) => state === RegistererState.Registered && tell('registered'));
const answer = (event) => ({ message }) =>
  tell(event, { status: message.statusCode, challenges: message.getHeaders('www-authenticate') });
await registerer.register({ requestDelegate: { onAccept: answer('accepted'), onReject: answer('refused') } });
setTimeout(() => process.exit(0), 60_000);
