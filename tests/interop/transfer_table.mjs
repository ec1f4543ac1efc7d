// The part of docs/interop.md that transfers.test.mjs writes, and the telephones that it is about.
import { kinds } from './kinds.mjs';
import { row, rule } from './table.mjs';

/** Two telephones of each program, by the names of their kinds. `whenTold`: what it does by itself when a transfer has failed; `note`: how it is done. */
export const programs = {
  Chromium: { phones: ['Chromium', 'Chromium'] },
  Firefox: { phones: ['Firefox', 'Firefox'] },
  baresip: { phones: ['baresip, UDP', 'baresip, TLS and SRTP'], whenTold: 'hangs up by itself' },
  linphone: { phones: ['linphone, UDP', 'linphone, UDP'] },
  Asterisk: { phones: ['Asterisk', 'Asterisk'], note: 'attended: it has no command for it, and its dialplan names the dialog of the other call (Transfer with a Replaces)' },
  'SIP.js': { phones: ['SIP.js in Chromium', 'SIP.js in Chromium'] },
};
export const kindsOf = (program) => programs[program].phones.map((name) => kinds.find((kind) => kind.name === name));
/** Why it does not transfer in that way, if it does not. */
export const cannot = (program, how) => kindsOf(program)[0].cannot[`${how} transfer`];

const head = `## Transfers

Written by \`tests/interop/transfers.test.mjs\` from what it saw. Two of them talk, and the transferor sends the
transferee on to the target: blind (it rings there at once) or attended (they talk first). All hear the tone of whom
they talk with, before and after; the transferor is released, the pages (Chromium and Firefox) say what happened, the
histories of all three tell it, and nobody is left in a call. Each program in each of the three roles meets each program
in each other role; calls between two of Chromium, Firefox and SIP.js are sealed until somebody is sent on. Every other
call is placed by the transferee.
`;
const told = `
### What fails

Each way in which a transfer fails, by who asked for it; whom it was about changes from one to the next. Whoever was sent
on in vain is back with the transferor, and both hear each other.
`;

/** `results`: { how, transferor, transferee, target, word } of each case; a later one of the same counts. */
export function partOf(results, tried) {
  const word = (wanted) => results.findLast((it) => Object.entries(wanted).every(([key, value]) => it[key] === value))?.word;
  const done = results.filter(({ isFailure }) => !isFailure);
  const triples = [...new Map(done.map(({ transferor, transferee, target }) => [[transferor, transferee, target].join(), { transferor, transferee, target }])).values()];
  const byOrder = (a, b) => ['transferor', 'transferee', 'target'].map((role) => tried.indexOf(a[role]) - tried.indexOf(b[role])).find((order) => order !== 0) ?? 0;
  const ways = ['blind', 'attended'];
  const header = ['transferor', 'transferee', 'target', ...ways];
  const cells = (triple) => ways.map((how) => word({ ...triple, how }) ?? '–');
  const failures = [...new Set(results.filter(({ isFailure }) => isFailure).map(({ how }) => how))];
  const reasons = tried.flatMap((program) => [
    ...ways.filter((how) => cannot(program, how)).map((how) => `- ${program}, ${how}: ${cannot(program, how)}.`),
    ...(programs[program].note ? [`- ${program}, ${programs[program].note}.`] : []),
    ...(programs[program].whenTold ? [`- ${program} ${programs[program].whenTold} when it is told that a transfer has failed.`] : []),
  ]);
  return [
    head,
    row(header),
    rule(header),
    ...triples.toSorted(byOrder).map((triple) => row([triple.transferor, triple.transferee, triple.target, ...cells(triple)])),
    `\n${reasons.join('\n')}`,
    told,
    row(['', ...tried]),
    rule(['', ...tried]),
    ...failures.map((how) => row([how, ...tried.map((transferor) => word({ how, transferor }) ?? '–')])),
    '',
  ].join('\n');
}
