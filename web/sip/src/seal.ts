// SPDX-License-Identifier: Apache-2.0
import type { Seal } from './state';

export const wordCount = 5;
/** Words in the list of each language. */
export const wordListSize = 128;

// Whoever sits in the middle must find, between the callee's answer and the caller's, a certificate
// that gives the same 34 bits. The rounds make each try cost a tenth of a second of a processor.
const rounds = 200_000;
const bits = wordCount * 16;
const salt = new TextEncoder().encode('dering seal 1');

/** The SHA-256 fingerprint of a session description as upper-case hex pairs, null without one. */
export function fingerprintOf(sdp: string | undefined): string | null {
  const value = /^a=fingerprint:sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})\s*$/im.exec(sdp ?? '');
  return value?.[1]?.toUpperCase() ?? null;
}

/**
 * The seal of a call from both descriptions in use; null without two fingerprints. Both sides get
 * the same words, because the fingerprints are sorted before they are hashed.
 */
export async function sealOf(local?: string, remote?: string): Promise<Seal | null> {
  const ours = fingerprintOf(local);
  const theirs = fingerprintOf(remote);
  if (ours === null || theirs === null) return null;
  return { local: ours, remote: theirs, words: await wordsOf(ours, theirs) };
}

/** The seals of the calls that go on, each made anew when one side shows another certificate. */
export class Seals {
  private readonly last = new Map<string, string>();

  constructor(private readonly tell: (id: string, seal: Seal | null) => void) {}

  async make(id: string, local?: string, remote?: string): Promise<void> {
    const shown = `${fingerprintOf(local)} ${fingerprintOf(remote)}`;
    if (this.last.get(id) === shown) return;
    if (this.last.has(id)) this.tell(id, null);
    this.last.set(id, shown);
    const seal = await sealOf(local, remote);
    // The work takes a while, in which yet another one may have come.
    if (seal !== null && this.last.get(id) === shown) this.tell(id, seal);
  }

  forget(id: string): void {
    this.last.delete(id);
  }
}

/** Numbers into the word list. */
export async function wordsOf(one: string, other: string): Promise<number[]> {
  const secret = new TextEncoder().encode([one, other].toSorted().join('\n'));
  const key = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds };
  const view = new DataView(await crypto.subtle.deriveBits(parameters, key, bits));
  return distinctWords(Array.from({ length: wordCount }, (_, i) => view.getUint16(2 * i)));
}

/**
 * A word for each number, and none twice: each is drawn from those that are left, so that nobody
 * wonders whether the same word again belongs there.
 */
export function distinctWords(numbers: readonly number[]): number[] {
  const left = Array.from({ length: wordListSize }, (_, word) => word);
  return numbers.flatMap((number) => left.splice(number % left.length, 1));
}
