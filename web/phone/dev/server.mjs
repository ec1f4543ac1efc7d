// SPDX-License-Identifier: Apache-2.0
// To work on the page without building the C++ programs: two browsers on this machine really talk.
//   ISSUERS=built-in,university  PEOPLE=5000  TOKEN_SECONDS=60  PORT=8099  npm run dev
// What happens from outside is brought about by typing a line here: `end budi`, `refresh budi`,
// `down` and `up` for the organisation's sign-in server.
import { createInterface } from 'node:readline';
import { startMock } from './mock.mjs';

const { env } = process;
const { origin, portal, control } = await startMock({
  port: Number(env.PORT ?? 8099),
  issuers: (env.ISSUERS ?? 'built-in').split(','),
  people: Number(env.PEOPLE ?? 10),
  tokenSeconds: Number(env.TOKEN_SECONDS ?? 300),
});
process.stdout.write(`${origin}   in a portal: ${portal}\n`);

createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, username] = line.trim().split(' ');
  if (command === 'end') control.end(username);
  if (command === 'refresh') control.refresh(username);
  if (command === 'down' || command === 'up') control.sso.isDown = command === 'down';
});
