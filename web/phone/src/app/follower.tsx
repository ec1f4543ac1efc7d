// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Me, SessionChange } from '@dering/api/types';
import { Mirror } from '@dering/sip/mirror';
import type { Remote } from '@dering/sip/remote';
import { useEffect, useMemo, useState } from 'react';
import { signOut } from '../boot/boot';
import { isFramed } from '../boot/frame';
import type { Identity } from '../boot/identity';
import type { End } from '../boot/renewal';
import { TelephoneContext } from '../call/telephone_context';
import { ElsewhereBanner } from './elsewhere_banner';
import { followLeader } from './news';
import { notifyNobody } from './notification';
import type { Seat } from './seat';
import { Shell } from './shell';
import { useEnd } from './use_end';

interface Properties {
  readonly identity: Identity;
  readonly me: Me;
  readonly api: Api;
  readonly remote: Remote;
  readonly onTakeOver: () => void;
  readonly onSession: (change: SessionChange) => Promise<boolean>;
  readonly onSignInEnded: (how: End) => void;
}

/** A tab beside the one that owns the telephone: shows the same, and does the same by that one. */
export function Follower({ identity, me, api, remote, onTakeOver, ...on }: Properties) {
  const [name] = useState(() => crypto.randomUUID());
  const mirror = useMirror(remote, name);
  useEnd({ identity, telephone: null, onEnd: on.onSignInEnded });
  const seat = useMemo<Seat>(
    () => ({
      isLeader: false,
      follow: followLeader(remote, name),
      notify: notifyNobody,
      onLine: () => {},
      onAway: () => {},
    }),
    [remote, name],
  );
  const onSignOut = isFramed() ? undefined : () => void signOut(identity);
  const banner = <ElsewhereBanner mirror={mirror} onTakeOver={onTakeOver} />;
  return (
    <TelephoneContext.Provider value={mirror}>
      <Shell {...{ me, api, identity, seat, banner, onSignOut }} onSession={on.onSession} />
    </TelephoneContext.Provider>
  );
}

function useMirror(remote: Remote, name: string): Mirror {
  const mirror = useMemo(
    () => new Mirror({ remote, name, isVisible: () => !document.hidden }),
    [remote, name],
  );
  useEffect(() => {
    mirror.open();
    document.addEventListener('visibilitychange', mirror.ask);
    return () => {
      document.removeEventListener('visibilitychange', mirror.ask);
      mirror.close();
    };
  }, [mirror]);
  return mirror;
}
