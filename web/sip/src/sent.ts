// SPDX-License-Identifier: Apache-2.0
import { identityIn } from './identity';
import type { Party, Sent } from './state';

// The server names six people at most, each in a tenth of this.
const longestField = 4_096;
const mostValues = 16;

interface Fields {
  getHeader(name: string): string | undefined;
}

/**
 * How a call came here that was for somebody else: by forwarding (RFC 5806, the newest first), by a
 * transfer (RFC 3892), or back from where one has parked it. Null where the server says nothing of it, or nothing that can be read.
 */
export function sentIn(invite: Fields | null | undefined): Sent | null {
  const place = invite?.getHeader('X-Dering-Parked') ?? '';
  if (/^\d{1,5}$/.test(place)) {
    return { how: 'parked', whose: { number: place, name: '' }, through: null };
  }
  const diverted = partiesIn(invite?.getHeader('Diversion'));
  const whose = diverted.at(-1);
  if (whose !== undefined) {
    const [last] = diverted;
    const through = last !== undefined && last.number !== whose.number ? last : null;
    return { how: 'forwarded', whose, through };
  }
  const [referrer] = partiesIn(invite?.getHeader('Referred-By'));
  return referrer === undefined ? null : { how: 'transferred', whose: referrer, through: null };
}

/** Those of a list of addresses that can be read. */
function partiesIn(value = ''): readonly Party[] {
  if (value.length > longestField) return [];
  return valuesOf(value)
    .slice(0, mostValues)
    .map(identityIn)
    .filter((party) => party !== null);
}

/** Parts between commas that stand in no quotes and no angle brackets. */
function valuesOf(list: string): readonly string[] {
  return list.match(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,"<])+/g) ?? [];
}
