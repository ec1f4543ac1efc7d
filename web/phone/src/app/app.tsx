// SPDX-License-Identifier: Apache-2.0
import type { Config } from '@dering/api/types';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Identity } from '../boot/identity';
import type { End } from '../boot/renewal';
import { Notice } from '../shared/notice';
import { Leader } from './leader';
import { useTabRole } from './tab_role';

interface Properties {
  readonly config: Config;
  readonly identity: Identity;
  readonly onSignInEnded: (how: End) => void;
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

/** Nothing is asked twice: what changes comes by the event stream or after a call of our own. */
function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: Infinity, refetchOnWindowFocus: false, retry: 2 },
    },
  });
}
