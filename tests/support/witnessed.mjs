// A test that, when it fails, tells at once what every page showed and what the switchboard logged.
import { test } from 'node:test';

/** `witnesses` gives { dering, phones }, phones by name; each may be missing still. */
export function witnessedBy(witnesses) {
  return (name, options, body) =>
    test(name, options, async (t) => {
      try {
        await body(t);
      } catch (error) {
        const { phones } = witnesses();
        const told = new Error(error.message + (await report(witnesses())));
        // The drivers' errors keep a text of their own in the stack, which is what is printed.
        const frames = String(error.stack).split('\n').filter((line) => /^\s+at /.test(line));
        told.stack = [told.message, ...frames].join('\n');
        // The next test starts from rest.
        await Promise.all(Object.values(phones).map((phone) => phone?.rest().catch(() => {})));
        throw told;
      }
    });
}

async function report({ dering, phones }) {
  const opened = Object.entries(phones).filter(([, phone]) => phone !== undefined);
  const accounts = await Promise.all(opened.map(async ([name, phone]) => `\n  ${name}: ${await phone.account()}`));
  const log = dering?.log.join('').trimEnd().split('\n').slice(-30) ?? [];
  return `${accounts.join('')}\n  dering:\n    ${log.join('\n    ')}\n`;
}
