// One raw SIP request over UDP from 127.0.0.1, and its first answer.
import { createSocket } from 'node:dgram';
import { randomBytes } from 'node:crypto';

export function sipUdp(port, method, user, extra = [], { seconds = 3 } = {}) {
  const id = randomBytes(8).toString('hex');
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => (socket.close(), reject(new Error(`no answer to ${method}`))), seconds * 1000);
    socket.on('message', (data) => {
      clearTimeout(timer);
      socket.close();
      resolve(String(data));
    });
    socket.bind(0, '127.0.0.1', () => {
      const mine = socket.address().port;
      const text = [
        `${method} sip:${method === 'REGISTER' ? '' : `${user}@`}127.0.0.1:${port} SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${mine};branch=z9hG4bK${id};rport`,
        'Max-Forwards: 70',
        `From: <sip:${user}@127.0.0.1>;tag=${id}`,
        `To: <sip:${user}@127.0.0.1>`,
        `Call-ID: ${id}`,
        `CSeq: 1 ${method}`,
        `Contact: <sip:${user}@127.0.0.1:${mine}>`,
        ...extra,
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n');
      socket.send(text, port, '127.0.0.1');
    });
  });
}
