// The lines that sound is tried over, what is asked of it, and docs/bad-lines.md: what the test saw.

/**
 * `weather` is what bad_line.py makes of the line. `bounds`: the least share of time with the tone, the longest gap in
 * ms, MOS of what comes from behind the line, and whether a page says that the line is weak.
 */
export const lines = [
  { name: 'clean', weather: {}, bounds: { share: 0.97, gap: 100, mos: [4, 4.5], weak: 'never' } },
  { name: '5 % lost', weather: { loss: 0.05 }, bounds: { share: 0.95, gap: 140, mos: [3.4, 4.2], weak: 'perhaps' } },
  { name: '20 % lost', weather: { loss: 0.2 }, bounds: { share: 0.85, gap: 240, mos: [1.8, 3.2], weak: 'always' } },
  { name: '10 % lost, 5 in a row', weather: { loss: 0.1, burst: 5 }, bounds: { share: 0.85, gap: 400, mos: [2.4, 4.1], weak: 'perhaps' } },
  { name: 'jitter of 60 ms', weather: { jitter: 60 }, bounds: { share: 0.95, gap: 140, mos: [4, 4.5], weak: 'never' } },
  { name: 'jitter of 200 ms', weather: { jitter: 200 }, bounds: { share: 0.92, gap: 300, mos: [2.8, 4.3], weak: 'perhaps' } },
];

const head = `# Sound over bad lines

Written by \`tests/interop/bad_lines.test.mjs\` from what it measured, by \`DERING_WRITE=1 npm --prefix tests run
bad-lines\`. A page and three desk phones in the house talk with a desk phone, a page, a desk phone and a page in
Firefox behind a line (a router of ours between two network namespaces) that loses, delays and shuffles packets both
ways. The sound of the first pair is passed on as it is, that of the others is decoded, held until its turn, and coded
anew. Each says two tones in turns, for as long as the other's sound is taken on tape.
`;

const asked = `
## What is asked

| line | tone heard | longest gap | later than on the clean line | MOS from behind the line | a page says that the line is weak |
| --- | --- | --- | --- | --- | --- |
${lines.map(({ name, weather, bounds }) => `| ${name} | ≥ ${Math.round(bounds.share * 100)} % | ≤ ${bounds.gap} ms | ≤ ${(weather.jitter ?? 0) + 150} ms | ${bounds.mos.join(' to ')} | ${bounds.weak} |`).join('\n')}

The level is that which was said, to 1 dB, and on a clean line sound is 500 ms late at most: the desk phones wait for
240 ms of packets by themselves. The record of a call tells the loss of the line to 3 points of a hundred (6 for what
phones report every few seconds), its jitter to a quarter, and neither of phones that are not behind it; nobody is told of
the wrong line.
`;

const table = (...rows) => rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const percent = (share) => (share * 100).toFixed(1);
const rule = (cells) => cells.map(() => '---');

const heardHead = ['line', 'who speaks', 'who hears', 'tone, %', 'longest gap, ms', 'level, dBFS', 'late, ms'];
const rowsOfHeard = ({ line, seen }) =>
  seen.heard.map(({ from, to, share, gap, level, delay }) => [line.name, from.name, to.name, percent(share), gap, level.toFixed(1), delay ?? '–']);

const toldHead = ['line', 'phone', 'lost from it, %', 'told', 'jitter told, ms', 'late told, %', 'MOS told', 'lost to it, %', 'told', 'MOS told', 'round trip told, ms'];
const rowsOfTold = ({ line, seen }) =>
  seen.qualities.map(({ person, from_phone: from, to_phone: to, round_trip_ms: trip }) => {
    const passed = seen.passed.find((it) => it.person === person) ?? { from: 0, to: 0 };
    const told = ({ lost, packets }) => (packets ? percent(lost / packets) : '–');
    const late = from.packets ? percent(from.late / from.packets) : '–';
    return [line.name, person.name, percent(passed.from), told(from), from.jitter_ms.toFixed(0), late, from.mos, percent(passed.to), told(to), to.mos || '–', trip || '–'];
  });

const wordsHead = ['line', 'page', 'says'];
const rowsOfWords = ({ line, seen }) => seen.words.map(({ person, words }) => [line.name, person.name, words || '–']);

/** `results`: { line, seen } of each line. */
export function page(results) {
  const part = (title, header, rows) => `\n## ${title}\n\n${table(header, rule(header), ...results.flatMap(rows))}\n`;
  return [head, asked, part('What was heard', heardHead, rowsOfHeard), part('What the record of the call tells', toldHead, rowsOfTold), part('What the pages say', wordsHead, rowsOfWords)].join('');
}
