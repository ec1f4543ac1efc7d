// How long a plan takes to be in force, and what calls notice of it: a real dering with 10,000 people is given plans of
// 1,000 outbound and 1,000 inbound rules by its own command, while OPTIONS are sent over UDP, which the thread of the
// calls answers, every two milliseconds. Prints both; run it on a quiet machine: node bench/plan/applied.mjs
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { program, startDering } from '../../tests/support/dering.mjs';

const run = promisify(execFile);
const people = 10_000;
const rules = 1_000;
const plans = 20;

const fill = `
import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
base.executemany("INSERT INTO users (issuer, subject, username, display_name, unit, extension, password_hash, enabled) VALUES ('', ?, ?, ?, 'Teknik', ?, '', 1)",
    [(f's{i}', f'u{i}', f'Person {i}', str(10000 + i)) for i in range(${people})])
base.commit()
`;

function plan(turn) {
  const ids = Array.from({ length: rules }, (_, i) => `r${i}`);
  return JSON.stringify({
    version: 1,
    trunks: [{ id: 'a', servers: ['192.0.2.1'], name: `turn ${turn}` }, { id: 'b', servers: ['192.0.2.2'] }],
    emergency: { numbers: ['110', '112', '113', '118', '119'], trunks: ['a', 'b'], caller_id: '+62215550100' },
    outbound: ids.map((id, i) => ({ id, patterns: [{ match: `0${1000 + i}${i % 3 === 0 ? 'X.' : '.'}` }], trunks: ['a', 'b'] })),
    inbound: ids.map((id, i) => ({ id, called: `+62215${String(i).padStart(4, '0')}`, to: { person: String(10_000 + i) } })),
    classes: [{ id: 'staff', routes: ids, units: ['Teknik'] }],
  });
}

/** Round trips in milliseconds of an OPTIONS every two milliseconds, until it is stopped. */
function pings(port) {
  const socket = createSocket('udp4');
  const sent = new Map();
  const times = [];
  let count = 0;
  socket.on('message', (data) => {
    const id = /^Call-ID: (\d+)/im.exec(String(data))?.[1];
    if (sent.has(id)) times.push(performance.now() - sent.get(id));
  });
  socket.bind(0, '127.0.0.1');
  const timer = setInterval(() => {
    const id = String(++count);
    const mine = socket.address().port;
    sent.set(id, performance.now());
    socket.send(
      `OPTIONS sip:127.0.0.1:${port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${mine};branch=z9hG4bK${id};rport\r\nMax-Forwards: 70\r\n` +
        `From: <sip:a@127.0.0.1>;tag=${id}\r\nTo: <sip:127.0.0.1>\r\nCall-ID: ${id}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n`,
      port, '127.0.0.1');
  }, 2);
  return () => (clearInterval(timer), socket.close(), times);
}
const at = (times, share) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(2);
const row = (what, times) => console.log(`${what.padEnd(24)} ${String(times.length).padStart(6)} ${at(times, 0.5).padStart(9)} ${at(times, 0.99).padStart(9)} ${at(times, 1).padStart(9)}`);

const dering = await startDering();
try {
  await run('python3', ['-c', fill, join(dering.data, 'dering.db')]);
  await dering.command('reload');
  const applied = [];
  console.log('OPTIONS answered, ms       count    median       99%   longest');
  for (const isApplying of [false, true]) {
    const stop = pings(dering.ports.sip);
    for (let turn = 0; turn < plans; ++turn) {
      const file = join(dering.folder, 'plan.json');
      await writeFile(file, plan(turn));
      const begun = performance.now();
      if (isApplying) await run(program, ['plan', 'apply', file, '--data', dering.data]);
      else await run(program, ['plan', 'history', '--data', dering.data]);
      if (isApplying) applied.push(performance.now() - begun);
    }
    row(isApplying ? 'while plans are applied' : 'while nothing is changed', stop());
  }
  console.log(`\ndering plan apply, from its start to its end, ms: median ${at(applied, 0.5)}, longest ${at(applied, 1)}`);
} finally {
  await dering.stop();
}
