// A sequence diagram as SVG, from messages as they were seen: { at, from, to, words }, `at` in milliseconds.
const lane = 260;
const left = 150;
const top = 70;
const step = 30;

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const style = `
text{font:13px system-ui,sans-serif;fill:#1b2320}
.who{font-weight:600;text-anchor:middle}
.words{text-anchor:middle}
.at{font-size:11px;fill:#66706c;text-anchor:end}
line{stroke:#0f766e;stroke-width:1.5}
.life{stroke:#c3cbc8;stroke-dasharray:4 4}
rect{fill:#fff}
@media (prefers-color-scheme:dark){rect{fill:#141a18}text{fill:#e6ece9}.at{fill:#9aa5a0}.life{stroke:#4a5551}line{stroke:#5eead4}}
`;

function arrow({ at, from, to, words }, row, actors) {
  const y = top + row * step;
  const [x1, x2] = [from, to].map((who) => left + actors.indexOf(who) * lane);
  const tip = x2 > x1 ? -7 : 7;
  return [
    `<text class="at" x="${left - 20}" y="${y + 4}">${at.toFixed(0)} ms</text>`,
    `<line x1="${x1}" y1="${y}" x2="${x2}" y2="${y}"/>`,
    `<line x1="${x2}" y1="${y}" x2="${x2 + tip}" y2="${y - 4}"/><line x1="${x2}" y1="${y}" x2="${x2 + tip}" y2="${y + 4}"/>`,
    `<text class="words" x="${(x1 + x2) / 2}" y="${y - 6}">${escaped(words)}</text>`,
  ].join('\n');
}

/** `actors` stand from left to right. The first message is at 0 ms. */
export function sequenceSvg(title, actors, messages) {
  const width = left + (actors.length - 1) * lane + 110;
  const height = top + messages.length * step + 10;
  const begin = messages[0]?.at ?? 0;
  const lives = actors.map((who, i) => {
    const x = left + i * lane;
    return `<text class="who" x="${x}" y="30">${escaped(who)}</text><line class="life" x1="${x}" y1="40" x2="${x}" y2="${height - 10}"/>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title><style>${style}</style><rect width="100%" height="100%"/>`,
    ...lives,
    ...messages.map((message, row) => arrow({ ...message, at: message.at - begin }, row, actors)),
    '</svg>\n',
  ].join('\n');
}
