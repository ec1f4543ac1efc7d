// SPDX-License-Identifier: Apache-2.0

/** The browser's end of a WebSocket; the test is the server. */
export class FakeSocket {
  static open: FakeSocket[] = [];
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readyState = 0;
  binaryType = '';
  sent: string[] = [];
  /** The other end is gone, and nothing says so. */
  isDead = false;
  onopen = () => {};
  onclose: (end: { wasClean: boolean; code: number; reason: string }) => void = () => {};
  onmessage: (message: { data: string }) => void = () => {};
  onerror = () => {};

  constructor(readonly url: string) {
    FakeSocket.open.push(this);
  }
  send(message: string) {
    this.sent.push(message);
    if (this.isDead) return;
    if (message === '\r\n\r\n') this.onmessage({ data: '\r\n' });
    if (message.startsWith('OPTIONS')) this.answer(message, '401 Unauthorized');
  }
  close() {}

  accept() {
    this.readyState = 1;
    this.onopen();
  }
  closeWith(code: number) {
    this.readyState = 3;
    this.onclose({ wasClean: true, code, reason: '' });
  }
  registers() {
    return this.sent.filter((message) => message.startsWith('REGISTER'));
  }
  answerLast(status: string, expires = 300) {
    this.answer(this.registers().at(-1) ?? '', status, expires);
  }
  private answer(request: string, status: string, expires = 300) {
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Contact']
      .map((name) => new RegExp(`^${name}: .*$`, 'm').exec(request)?.[0].trim())
      .map((line) => line?.replace(/expires=\d+/, `expires=${expires}`));
    const head = [`SIP/2.0 ${status}`, ...copied, 'Content-Length: 0'].join('\r\n');
    this.onmessage({ data: `${head}\r\n\r\n` });
  }
}

export const account = {
  uri: 'sip:1001@dering',
  name: 'Budi',
  websocket: 'ws://phone.example/ws/sip',
  instance: '0b7f1b1e-6f4e-4ad1-9d43-2f2a6b0e6a10',
  version: '0',
  credentials: { kind: 'token', token: 'first' } as const,
};
