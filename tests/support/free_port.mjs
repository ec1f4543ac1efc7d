// A port that was free a moment ago, for programs that must know their own address beforehand or come
// back to it. Below those that the kernel gives to outgoing connections, which could take it before the
// program does, and not among those where a Dering that was told nothing receives sound.
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const [first, end] = [21_000, 32_000];

/** Free for TCP and for UDP. */
export async function freePort() {
  for (let attempt = 0; attempt < 20; attempt++) {
    const port = randomInt(first, end);
    if ((await isFree(createServer(), (server) => server.listen(port, '127.0.0.1'))) && (await isFree(createSocket('udp4'), (socket) => socket.bind(port, '127.0.0.1')))) return port;
  }
  throw new Error(`no free port between ${first} and ${end}`);
}

function isFree(socket, listen) {
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.once('listening', () => socket.close(() => resolve(true)));
    listen(socket);
  });
}
