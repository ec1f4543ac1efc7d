// A desk phone with busy lamps, over UDP: it subscribes (RFC 6665), answers each NOTIFY, and sends and takes
// texts (MESSAGE). It meets a challenge for MD5, as most phones do.
import { createHash, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';

const random = () => randomBytes(6).toString('hex');
const md5 = (text) => createHash('md5').update(text).digest('hex');
export const header = (message, name) => new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(message)?.[1].trim();
export const bodyOf = (message) => message.slice(message.indexOf('\r\n\r\n') + 4);
const statusOf = (message) => Number(message.slice(8, 11));

export class Watcher {
  /** What came by NOTIFY and MESSAGE: { method, event, state, body, text }. */
  heard = [];
  /** The status that NOTIFYs of these Call-IDs are answered with; 200 else. */
  answers = new Map();
  waiting = new Map();

  static async start({ user, device, password, port, address = '127.0.0.1' }) {
    const watcher = new Watcher();
    Object.assign(watcher, { user, device, password, server: { port, address }, socket: createSocket('udp4') });
    watcher.socket.on('message', (data) => watcher.take(String(data)));
    await new Promise((resolve) => watcher.socket.bind(0, address, resolve));
    watcher.port = watcher.socket.address().port;
    return watcher;
  }

  stop() {
    this.socket.close();
  }

  take(message) {
    if (message.startsWith('SIP/2.0')) {
      if (statusOf(message) >= 200) this.waiting.get(`${header(message, 'Call-ID')} ${header(message, 'CSeq')}`)?.(message);
      return;
    }
    const method = message.split(' ', 1)[0];
    const status = this.answers.get(header(message, 'Call-ID')) ?? '200 OK';
    const kept = message.split('\r\n').filter((line) => /^(via|from|to|call-id|cseq):/i.test(line));
    const tagged = kept.map((line) => (/^to:/i.test(line) && !/;tag=/.test(line) ? `${line};tag=${this.user}` : line));
    this.send([`SIP/2.0 ${status}`, ...tagged, 'Content-Length: 0', '', ''].join('\r\n'));
    this.heard.push({
      method,
      event: header(message, 'Event'),
      state: header(message, 'Subscription-State'),
      from: header(message, 'From'),
      body: bodyOf(message),
      text: message,
    });
  }

  send(text) {
    this.socket.send(text, this.server.port, this.server.address);
  }

  /** Asks until there is a final answer, and once more with credentials where it is challenged. */
  async ask(method, number, dialog, more = [], body = '') {
    const uri = `sip:${number ? `${number}@` : ''}${this.server.address}:${this.server.port}`;
    for (let extra = more; ; ) {
      dialog.cseq = (dialog.cseq ?? 0) + 1;
      const text = [
        `${method} ${uri} SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK${random()};rport`,
        'Max-Forwards: 70',
        `From: <sip:${this.user}@dering>;tag=${(dialog.tag ??= random())}`,
        `To: <sip:${number || this.user}@dering>${dialog.remote ? `;tag=${dialog.remote}` : ''}`,
        `Call-ID: ${(dialog.id ??= random())}`,
        `CSeq: ${dialog.cseq} ${method}`,
        ...(method === 'MESSAGE' ? [] : [`Contact: <sip:${this.user}@127.0.0.1:${this.port}>`]),
        ...extra,
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n');
      const answer = await this.exchange(text, `${dialog.id} ${dialog.cseq} ${method}`);
      const status = statusOf(answer);
      if ((status !== 401 && status !== 407) || extra !== more) return { status, message: answer };
      extra = [...more, `${status === 407 ? 'Proxy-' : ''}${this.credentials(method, uri, answer)}`];
    }
  }

  async exchange(text, key) {
    const final = new Promise((resolve) => this.waiting.set(key, resolve));
    this.send(text);
    const again = setInterval(() => this.send(text), 500);
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`no answer to ${key}`)), 8000).unref());
    try {
      return await Promise.race([final, late]);
    } finally {
      clearInterval(again);
      this.waiting.delete(key);
    }
  }

  credentials(method, uri, challenge) {
    const line = challenge.split('\r\n').find((one) => /^(www|proxy)-authenticate:\s*digest/i.test(one) && !/SHA-256/i.test(one));
    const value = (name) => new RegExp(`\\b${name}="?([^",]+)`, 'i').exec(line)?.[1];
    const [nonce, nc, cnonce] = [value('nonce'), '00000001', random()];
    const ha1 = md5(`${this.device}:${value('realm')}:${this.password}`);
    const response = md5(`${ha1}:${nonce}:${nc}:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
    return `Authorization: Digest username="${this.device}", realm="${value('realm')}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5, qop=auth, nc=${nc}, cnonce="${cnonce}"`;
  }

  register(seconds = 300) {
    this.registration ??= {};
    return this.ask('REGISTER', '', this.registration, [`Expires: ${seconds}`]);
  }

  /** Gives the dialog, for a refresh. */
  async subscribe(number, event, { seconds = 600, dialog = {} } = {}) {
    const { status, message } = await this.ask('SUBSCRIBE', number, dialog, [`Event: ${event}`, `Expires: ${seconds}`]);
    dialog.remote = /;tag=([^;\s]+)/.exec(header(message, 'To'))?.[1];
    return { status, message, dialog };
  }

  text(number, body, type = 'text/plain') {
    return this.ask('MESSAGE', number, {}, [`Content-Type: ${type}`], body);
  }

  /** The newest of what was heard that fits; waits for it. */
  async hears(fits, seconds = 5) {
    for (const end = Date.now() + seconds * 1000; ; ) {
      const found = this.heard.findLast(fits);
      if (found) return found;
      if (Date.now() > end) throw new Error(`not heard: ${fits}\n${this.heard.map((it) => it.text).join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
