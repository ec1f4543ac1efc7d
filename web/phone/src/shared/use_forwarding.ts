// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Forwarding, ForwardingChange } from '@dering/api/types';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

export const forwardingKey = 'forwarding';

/** When a call goes on, in the order in which the server looks. */
export const forwardingCases = ['always', 'busy', 'no_answer', 'unreachable'] as const;

/** Where the calls of an extension go, and the way to change that. */
export function useForwarding(api: Api, extension: string, isOwn: boolean) {
  const client = useQueryClient();
  const queryKey = [forwardingKey, extension];
  const whose = isOwn ? undefined : extension;
  const { data, error, refetch } = useQuery({ queryKey, queryFn: () => api.forwarding(whose) });
  const change = useMutation({
    mutationFn: (wish: ForwardingChange) =>
      api.changeForwarding(isOwn ? wish : { ...wish, extension }),
    onSuccess: (now: Forwarding) => client.setQueryData(queryKey, now),
  });
  return { forwarding: data, error, refetch: () => void refetch(), change };
}
