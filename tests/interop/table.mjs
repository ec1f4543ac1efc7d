// docs/interop.md: what the test saw.

export const steps = ['call', 'answer', 'hold', 'resume', 'keys', 'hang up'];

const head = `# Which phones talk to each other

Written by \`tests/interop/pairs.test.mjs\` from what it saw: each calls each of the others, the other answers
and they hear each other's tone; the caller holds (the other no longer hears it) and resumes; the caller presses
a key and the other gets it; the other hangs up. "–" is what the program cannot be told to do. Between two
pages keys are not tried: the call is sealed, and a browser plays them or not. SIP.js is somebody else's page of another
origin, with a token; it sends keys by INFO. SIPp plays its sound from captures and goes on when the test tells it.
`;

/** `results`: { from, to, [step]: 'yes' or 'failed' }. */
export function tableOf(kinds, results) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const phones = kinds.map(({ name, version, transport, skip, cannot }) =>
    line([name, version, transport, skip || Object.entries(cannot).map(([what, why]) => `${what}: ${why}`).join('; ')]),
  );
  const pairs = results.map((result) => line([result.from, result.to, ...steps.map((step) => result[step] ?? '–')]));
  return [
    head,
    '## Phones\n',
    line(['phone', 'version', 'signalling', '']),
    line(['---', '---', '---', '---']),
    ...phones,
    '\n## Pairs\n',
    line(['caller', 'called', ...steps]),
    line(['---', '---', ...steps.map(() => '---')]),
    ...pairs,
    '',
  ].join('\n');
}
