// SPDX-License-Identifier: Apache-2.0
import { Api, ApiError } from '@dering/api/client';
import type { Config, SessionChange } from '@dering/api/types';
import { Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { signOut } from '../boot/boot';
import { isFramed } from '../boot/frame';
import type { Identity } from '../boot/identity';
import type { End } from '../boot/renewal';
import { TelephoneContext } from '../call/telephone_context';
import { Notice } from '../shared/notice';
import { useOpenTelephone, websocketOf } from './open_telephone';
import { Shell } from './shell';
import { useEnd } from './use_end';

interface Properties {
  readonly config: Config;
  readonly identity: Identity;
  readonly onSignInEnded: (how: End) => void;
}

const isForbidden = (error: Error | null): boolean =>
  error instanceof ApiError && [403, 404].includes(error.status);

function titleOf(isUnknown: boolean, detail: string) {
  if (isUnknown) return 'app.notFound';
  return detail === '' ? 'app.unreachable' : 'app.refused';
}

/** The tab that owns the telephone. */
export function Leader({ config, identity, onSignInEnded }: Properties) {
  const { t } = useTranslation();
  const api = useMemo(() => new Api(identity), [identity]);
  const { data: me, error, refetch } = useQuery({ queryKey: ['me'], queryFn: api.me });
  const onForbidden = () => void refetch();
  const telephone = useOpenTelephone({ config, identity, me, onForbidden });
  useEnd({ identity, telephone, onEnd: onSignInEnded });

  // Who had access and has it no longer need not be told that the telephone does not know them.
  const hasLost = me !== undefined && isForbidden(error);
  useEffect(() => {
    if (hasLost) identity.end('noAccess');
  }, [hasLost, identity]);

  const onSession = useCallback(
    async ({ state }: SessionChange): Promise<boolean> => {
      if (state === 'ended') {
        identity.end('ended');
        return false;
      }
      const isRenewed = await identity.renew().then(
        () => true,
        () => false,
      );
      // A newer token may bring other roles.
      if (isRenewed) void refetch();
      return isRenewed;
    },
    [identity, refetch],
  );

  if (me === undefined && error !== null) {
    const isUnknown = isForbidden(error);
    const again = isFramed() ? undefined : t('signIn.out');
    const detail = error instanceof ApiError ? error.detail : '';
    return (
      <Notice
        title={t(titleOf(isUnknown, detail))}
        hint={isUnknown ? t('app.notFoundHint') : detail || t('app.unreachableHint')}
        action={isUnknown ? again : t('app.retry')}
        onAction={() => void (isUnknown ? signOut(identity) : refetch())}
      />
    );
  }
  if (me === undefined || telephone === null) {
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
  // In a page of somebody else's the sign-out is that page's, and the provider's could not be shown.
  const onSignOut = isFramed() ? undefined : leave;
  return (
    <TelephoneContext.Provider value={telephone}>
      <Shell
        me={me}
        api={api}
        identity={identity}
        websocket={websocketOf(config)}
        onSession={onSession}
        onSignOut={onSignOut}
      />
    </TelephoneContext.Provider>
  );
}
