// SPDX-License-Identifier: Apache-2.0
// The report of the Sound page for whoever helps: in English, whatever the page speaks. Pure.
import type { Device } from '../sound/devices';
import type { Verdict } from '../sound/echo_verdict';
import type { Choice } from '../sound/choice';

/** What is told of this browser; nothing in it says who a person is, or lets anybody in. */
export interface Facts {
  readonly at: Date;
  readonly browser: string;
  readonly language: string;
  readonly isSecure: boolean;
  readonly devices: readonly Device[];
  readonly choice: Choice;
  readonly permissions: Readonly<Record<string, string>>;
  readonly sound: string;
  /** Types of ICE candidates and how many of each; no addresses. */
  readonly candidates: ReadonlyMap<string, number>;
  /** Milliseconds; null: no answer. */
  readonly websocket: { readonly opened: number | null; readonly roundTrip: number | null };
  readonly verdict: Verdict | null;
}

export function reportText(facts: Facts): string {
  const { choice, devices, permissions, websocket } = facts;
  return [
    `Dering sound report, ${facts.at.toISOString()}`,
    `Browser: ${facts.browser}`,
    `Language: ${facts.language}; secure page: ${yesNo(facts.isSecure)}; sound: ${facts.sound}`,
    `Permissions: ${listed(Object.entries(permissions))}`,
    ...groups(devices),
    `Chosen: microphone ${wished(choice.microphone)}, speaker ${wished(choice.speaker)}, ring ${wished(choice.ringer)} (${choice.ring}, ${choice.loudness} %)`,
    `ICE candidates: ${listed([...facts.candidates])}`,
    `WebSocket: opened ${inTime(websocket.opened)}, round trip ${inTime(websocket.roundTrip)}`,
    `Last echo test: ${verdictLine(facts.verdict)}`,
  ].join('\n');
}

const kinds = [
  ['audioinput', 'Microphones'],
  ['audiooutput', 'Loudspeakers'],
  ['videoinput', 'Cameras'],
] as const;

const groups = (devices: readonly Device[]): string[] =>
  kinds.map(([kind, title]) => {
    const labels = devices
      .filter((each) => each.kind === kind)
      .map(({ label }) => label || '(name withheld)');
    return `${title} (${labels.length}): ${labels.join(', ') || 'none'}`;
  });

const yesNo = (is: boolean): string => (is ? 'yes' : 'no');
const wished = (wish: Choice['microphone']): string => wish?.label ?? 'default';
const inTime = (milliseconds: number | null): string =>
  milliseconds === null ? 'no answer' : `${Math.round(milliseconds)} ms`;
const listed = (entries: readonly (readonly [string, string | number])[]): string =>
  entries.map(([name, value]) => `${name} ${value}`).join(', ') || 'none';

function verdictLine(verdict: Verdict | null): string {
  if (verdict === null) return 'none';
  const { kind, grade, loss, delay, jitter } = verdict;
  const numbers = [
    loss === null ? '' : `loss ${(loss * 100).toFixed(1)} %`,
    delay === null ? '' : `delay ${delay} ms`,
    jitter === null ? '' : `jitter ${jitter} ms`,
  ];
  return [kind, grade, ...numbers.filter(Boolean)].join(', ');
}
