// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import type { TFunction } from 'i18next';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { activeCall } from '../call/call_text';
import type { Shown } from '../people/person_page';
import { echoNumber } from '../shared/service_numbers';
import { useLatest } from '../shared/use_latest';
import type { Route } from './route';
import type { Page } from './use_page';
import { useWelcome } from './welcomed';

/** Where there is room for one side only, as in the style sheets. */
const oneSide = '(max-width: 52em)';

/** Which side a small screen shows, and what is on the right one. */
export function useSide({ call, over, history, way, ...page }: Page) {
  const { t } = useTranslation();
  const welcome = useWelcome();
  useCallShown(activeCall(call)?.id ?? null, over !== null, way);
  const isTold = over !== null || history.missed.length > 0 || welcome.isShown;
  const isRight = way.route.kind !== 'list' || isTold;
  const hasOneSide = useMediaQuery(oneSide, undefined, { getInitialValueInEffect: false });
  const isPage = way.route.kind === 'list' || way.route.kind === 'call';
  return {
    welcome,
    person: shownOf(way.route, page.byNumber, t),
    isRight,
    /** The page of a call is in sight, if there is one. */
    showsCall: isPage && (isRight || hasOneSide !== true),
    show: () => way.go({ kind: 'call' }),
    check: () => {
      way.leave();
      welcome.show();
    },
    back: () => {
      way.leave();
      page.dismiss();
      history.see();
      welcome.finish();
    },
  };
}

/** Beside the lists a call shows itself; on a small screen they make way for it, and Back leads back. */
function useCallShown(active: string | null, isTold: boolean, { route, go, leave }: Page['way']) {
  const show = useLatest(() => {
    if (route.kind === 'list' && matchMedia(oneSide).matches) go({ kind: 'call' });
  });
  useEffect(() => {
    if (active !== null) show();
  }, [active, show]);
  const wasShown = useRef(false);
  const isShown = active !== null || isTold;
  const isCall = route.kind === 'call';
  useEffect(() => {
    if (wasShown.current && !isShown && isCall) leave();
    wasShown.current = isShown;
  }, [isShown, isCall, leave]);
}

/** Who was chosen: somebody of the house, or a number that is nobody's there. */
function shownOf(
  route: Route,
  byNumber: ReadonlyMap<string, Person>,
  t: TFunction,
): Shown | undefined {
  if (route.kind !== 'person') return undefined;
  const { number } = route;
  const name = number === echoNumber ? t('call.echoName') : number;
  return byNumber.get(number) ?? { extension: number, name, unit: '', presence: null };
}
