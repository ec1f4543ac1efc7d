// SPDX-License-Identifier: Apache-2.0
import { Api, ApiError } from '@dering/api/client';
import type { Config, Me, SessionChange } from '@dering/api/types';
import { Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { signOut } from '../boot/boot';
import { isFramed } from '../boot/frame';
import type { Identity } from '../boot/identity';
import type { End } from '../boot/renewal';
import { Notice } from '../shared/notice';
import { RefusedNotice } from '../shared/refused_notice';
import { Follower } from './follower';
import { Leader } from './leader';
import { tabChannel, tabsOf } from './tab_channel';
import { useTabRole } from './tab_role';

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

/** Who is signed in, as the telephone knows them. */
export function Member(properties: Properties) {
  const { identity } = properties;
  const { t } = useTranslation();
  const api = useMemo(() => new Api(identity), [identity]);
  const { data: me, error, refetch } = useQuery({ queryKey: ['me'], queryFn: api.me });

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
  if (me === undefined) return <Waiting />;
  return (
    <Tab
      {...properties}
      me={me}
      api={api}
      onSession={onSession}
      onForbidden={() => void refetch()}
    />
  );
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <main className="centred">
      <Loader aria-label={t('app.loading')} />
    </main>
  );
}

interface TabProperties extends Properties {
  readonly me: Me;
  readonly api: Api;
  readonly onSession: (change: SessionChange) => Promise<boolean>;
  readonly onForbidden: () => void;
}

/** One tab of their browser: it has the telephone, or mirrors it, or says why it does neither. */
function Tab(properties: TabProperties) {
  const { t } = useTranslation();
  const name = tabsOf(properties.me.extension);
  const { role, takeOver } = useTabRole(name);
  const remote = useMemo(() => tabChannel(name), [name]);
  switch (role) {
    case 'unknown':
      return <Waiting />;
    case 'refused':
      return <RefusedNotice />;
    case 'leader':
      return <Leader {...properties} remote={remote} />;
    case 'follower':
      if (remote !== null)
        return <Follower {...properties} remote={remote} onTakeOver={takeOver} />;
      return (
        <Notice
          title={t('tab.title')}
          hint={t('tab.hint')}
          action={t('tab.takeOver')}
          onAction={takeOver}
        />
      );
  }
}
