// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Config, Me, SessionChange } from '@dering/api/types';
import type { Remote } from '@dering/sip/remote';
import { Loader } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { signOut } from '../boot/boot';
import { isFramed } from '../boot/frame';
import type { Identity } from '../boot/identity';
import type { End } from '../boot/renewal';
import { TelephoneContext } from '../call/telephone_context';
import { followServer } from './news';
import { notifyUnless } from './notification';
import { useOpenTelephone, websocketOf } from './open_telephone';
import { RefusalBanner } from './refusal_banner';
import type { Seat } from './seat';
import { Shell } from './shell';
import { MeasureContext } from '../sound/echo_words';
import { SilenceBanner } from './silence_banner';
import { SoundBanner } from './sound_banner';
import { useEnd } from './use_end';
import { useHost } from './use_host';

interface Properties {
  readonly config: Config;
  readonly identity: Identity;
  readonly me: Me;
  readonly api: Api;
  /** The way to the other tabs, where there is one. */
  readonly remote: Remote | null;
  readonly onSession: (change: SessionChange) => Promise<boolean>;
  readonly onForbidden: () => void;
  readonly onSignInEnded: (how: End) => void;
}

/** The tab that owns the telephone. */
export function Leader({ config, identity, me, api, remote, ...on }: Properties) {
  const { t } = useTranslation();
  const telephone = useOpenTelephone({ config, identity, me, onForbidden: on.onForbidden });
  useEnd({ identity, telephone, onEnd: on.onSignInEnded });
  const isLookedAt = useHost(telephone, remote);
  const seat = useMemo<Seat>(
    () => ({
      isLeader: true,
      follow: followServer(api, remote),
      notify: notifyUnless(isLookedAt),
      onLine: ({ whose, weak }) => telephone?.quality.hear(whose, weak),
      onAway: ({ extension, away }) => telephone?.quality.hearAway(extension, away),
    }),
    [api, remote, isLookedAt, telephone],
  );
  if (telephone === null) {
    return (
      <main className="centred">
        <Loader aria-label={t('app.loading')} />
      </main>
    );
  }
  const leave = () => {
    telephone.stop();
    void signOut(identity);
  };
  const banner = (
    <>
      <RefusalBanner websocket={websocketOf(config)} />
      <SilenceBanner />
      <SoundBanner />
    </>
  );
  // In a page of somebody else's the sign-out is that page's, and the provider's could not be shown.
  const onSignOut = isFramed() ? undefined : leave;
  return (
    <TelephoneContext.Provider value={telephone}>
      <MeasureContext.Provider value={telephone.quality.measure}>
        <Shell {...{ me, api, identity, seat, banner, onSignOut }} onSession={on.onSession} />
      </MeasureContext.Provider>
    </TelephoneContext.Provider>
  );
}
