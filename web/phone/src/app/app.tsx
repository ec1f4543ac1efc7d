// SPDX-License-Identifier: Apache-2.0
import { Api, ApiError } from '@dering/api/client';
import type { Config } from '@dering/api/types';
import { Loader } from '@mantine/core';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Identity } from '../boot/identity';
import { TelephoneContext } from '../call/telephone_context';
import { Notice } from '../shared/notice';
import { Shell } from './shell';
import { useOpenTelephone } from './open_telephone';
import { useTabRole } from './tab_role';

interface Properties {
  readonly config: Config;
  readonly identity: Identity;
  readonly onSignInEnded: () => void;
}

/** Everything after the sign-in. Only one tab gets further than the first line. */
export default function App(properties: Properties) {
  const { t } = useTranslation();
  const { role, takeOver } = useTabRole();
  const client = useMemo(() => newQueryClient(), []);
  switch (role) {
    case 'unknown':
      return null;
    case 'follower':
      return (
        <Notice
          title={t('tab.title')}
          hint={t('tab.hint')}
          action={t('tab.takeOver')}
          onAction={takeOver}
        />
      );
    case 'leader':
      return (
        <QueryClientProvider client={client}>
          <Leader {...properties} />
        </QueryClientProvider>
      );
  }
}

function Leader({ config, identity, onSignInEnded }: Properties) {
  const { t } = useTranslation();
  const api = useMemo(() => new Api(identity), [identity]);
  const me = useQuery({ queryKey: ['me'], queryFn: api.me });
  const telephone = useOpenTelephone({ config, identity, me: me.data, onSignInEnded });
  if (me.error !== null) {
    const isUnknown = me.error instanceof ApiError && [403, 404].includes(me.error.status);
    return (
      <Notice
        title={isUnknown ? t('app.notFound') : t('app.unreachable')}
        hint={isUnknown ? t('app.notFoundHint') : t('app.unreachableHint')}
        action={isUnknown ? t('signIn.out') : t('app.retry')}
        onAction={() => void (isUnknown ? identity.signOut() : me.refetch())}
      />
    );
  }
  if (me.data === undefined || telephone === null) {
    return (
      <main className="centred">
        <Loader aria-label={t('app.loading')} />
      </main>
    );
  }
  const signOut = () => {
    telephone.stop();
    void identity.signOut();
  };
  return (
    <TelephoneContext.Provider value={telephone}>
      <Shell me={me.data} api={api} onSignOut={signOut} />
    </TelephoneContext.Provider>
  );
}

/** Nothing is asked twice: what changes comes by the event stream or after a call of our own. */
function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: Infinity, refetchOnWindowFocus: false, retry: 2 },
    },
  });
}
