// SPDX-License-Identifier: Apache-2.0
import type { CallRecord, Extension, Stay } from '@dering/api/types';
import type { TFunction } from 'i18next';
import { isWithheld } from '../shared/withheld';

/** One thing that happened in a call. */
export interface Happening {
  /** Unix seconds. */
  readonly at: number;
  readonly text: string;
}

/** Ends of a person's phones that say something about that person. */
const telling = [
  'busy',
  'declined',
  'no_answer',
  'offline',
  'unavailable',
  'refused',
  'do_not_disturb',
  'incompatible',
  'no_microphone',
  'unprotected',
  'failed',
] as const;
const reasons = ['always', 'busy', 'no_answer', 'unreachable', 'by_phone'] as const;

/** Who talked with whom and why it moved, in sentences, for the person with the extension `own`. */
export function storyOf(call: CallRecord, own: string, t: TFunction): readonly Happening[] {
  const nameOf = (who: Extension | null) => {
    if (who === null || isWithheld(who.extension)) return t('recent.story.somebody');
    return who.extension === own ? t('recent.story.you') : who.name || who.extension;
  };
  const happenings: Happening[] = [];
  const tell = (at: number, text: string | null) => {
    if (text !== null) happenings.push({ at, text: capitalized(text) });
  };
  for (const stay of call.stays ?? []) {
    const { brought_by: by, from, to } = stay;
    const name = nameOf(stay.person);
    const isOwn = stay.person.extension === own;
    if (by !== null) tell(from, arrivalText(stay, { name, by: nameOf(by) }, t));
    tell(stay.talked || stay.role === 'caller' ? from : to, partText(stay, { name, isOwn }, t));
    if (stay.sent_to !== null) {
      const words = { name, by: nameOf(stay.sent_by), to: nameOf(stay.sent_to) };
      tell(to, t('recent.story.sentOn', words));
    }
  }
  return happenings.toSorted((one, other) => one.at - other.at);
}

/** Who brought somebody into the call. */
function arrivalText({ why }: Stay, who: { name: string; by: string }, t: TFunction): string {
  const reason = reasons.find((each) => why === `forwarded_${each}`);
  if (reason === undefined) return t('recent.story.sentHere', who);
  return t('recent.story.forwarded', { ...who, reason: t(`recent.story.reason.${reason}`) });
}

/** What somebody did in it; null where another sentence says so. */
function partText(stay: Stay, who: { name: string; isOwn: boolean }, t: TFunction): string | null {
  const { why, outcome, talked } = stay;
  const { name } = who;
  if (why === 'placed') return t('recent.story.called', { name });
  if (why === 'picked_up' || why === 'retrieved') return t('recent.story.pickedUp', { name });
  if (why === 'took_over') return t('recent.story.tookOver', { name });
  if (why === 'went_on') return t('recent.story.wentOn', { name });
  if (why === 'returned') return t('recent.story.returned', { name });
  if (why === 'transferred' || why === 'parked') return null;
  if (talked) return t('recent.story.answered', { name });
  if (outcome === null || outcome === 'forwarded') return null;
  const end = telling.find((each) => each === outcome);
  if (end !== undefined)
    return t('recent.story.ended', { name, what: t(`recent.outgoing.${end}`) });
  if (why === 'dialled') return null;
  return who.isOwn ? t('recent.story.rangHere') : t('recent.story.rang', { name });
}

function capitalized(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
