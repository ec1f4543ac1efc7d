// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import { isAnswering, ringingOf, type Phone } from '@dering/sip/state';
import type { TFunction } from 'i18next';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { activeCall } from '../call/call_text';
import { nameOf } from '../call/name_of';
import { nameOfPhone } from '../shared/organisation';
import type { Route } from './route';

interface Properties {
  readonly phone: Phone;
  readonly route: Route;
  /** Missed calls that nobody has seen. */
  readonly unseen: number;
  readonly byNumber: ReadonlyMap<string, Person>;
}

/** The title of the tab: who rings, or else what was missed and what the page shows. */
export function useTitle({ phone, route, unseen, byNumber }: Properties): void {
  const { t } = useTranslation();
  const ringing = ringingOf(phone);
  const isRinging = ringing !== null && !isAnswering(ringing);
  const missed = unseen === 0 ? '' : `(${unseen}) `;
  const shown = shownOf(route, phone, byNumber, t);
  const title = isRinging
    ? `\u{1F514} ${t('incoming.title', { name: nameOf(ringing.party, t) })}`
    : missed + [shown, nameOfPhone(t)].filter(Boolean).join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}

function shownOf(
  route: Route,
  { call }: Phone,
  byNumber: ReadonlyMap<string, Person>,
  t: TFunction,
): string {
  switch (route.kind) {
    case 'person':
      return byNumber.get(route.number)?.name ?? route.number;
    case 'settings':
      return t(`${route.place}.title`);
    case 'list':
      return route.list === 'people' ? '' : t(`${route.list}.title`);
    case 'call': {
      const active = activeCall(call);
      return active === null ? '' : nameOf(active.party, t);
    }
  }
}
