// A port that was free a moment ago, for programs that must know their own address beforehand. Below
// those that the kernel gives to outgoing connections, which could take it before the program does.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const [first, end] = [15_000, 32_000];

export async function freePort() {
  for (let attempt = 0; attempt < 20; attempt++) {
    const port = randomInt(first, end);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${first} and ${end}`);
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
