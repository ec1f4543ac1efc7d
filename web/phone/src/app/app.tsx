// SPDX-License-Identifier: Apache-2.0
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useMemo, type ComponentProps } from 'react';
import { Member } from './member';

/** Everything after the sign-in. */
export default function App(properties: ComponentProps<typeof Member>) {
  const client = useMemo(() => newQueryClient(), []);
  return (
    <QueryClientProvider client={client}>
      <Member {...properties} />
    </QueryClientProvider>
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
