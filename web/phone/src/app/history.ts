// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { CallRecord, HistoryState } from '@dering/api/types';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { isLater } from '../recent/record';
import { useLatest } from '../shared/use_latest';

/** Of the person's own calls; all that begins with the first is asked for anew when one is added. */
export const callsKey = 'calls';
const stateKey = 'history';
const none: HistoryState = { newest: '0', seen_until: '0', unseen: 0 };

export interface History {
  readonly state: HistoryState;
  /** The missed calls that nobody has seen yet, the latest first: a hundred at most. */
  readonly missed: readonly CallRecord[];
  /** What the server tells; null: it may have changed meanwhile. */
  readonly hear: (state: HistoryState | null) => void;
  /** All missed calls have been seen, for all pages of this person. */
  readonly see: () => void;
}

/** What the person has missed, as the server counts it: the same in each of their pages. */
export function useHistory(api: Api): History {
  const client = useQueryClient();
  const { data: state = none } = useQuery({ queryKey: [stateKey], queryFn: api.history });
  const hasMissed = state.unseen > 0;
  const { data } = useQuery({
    queryKey: [callsKey, 'missed'],
    queryFn: api.missedCalls,
    enabled: hasMissed,
  });
  const missed = useMemo(
    () => (hasMissed ? (data?.calls ?? []) : []).filter(({ id }) => isLater(id, state.seen_until)),
    [data, hasMissed, state.seen_until],
  );
  const hear = useLatest((news: HistoryState | null) => {
    if (news === null) void client.invalidateQueries({ queryKey: [stateKey] });
    else client.setQueryData([stateKey], news);
    if (news?.newest !== state.newest) void client.invalidateQueries({ queryKey: [callsKey] });
  });
  const see = useLatest(() => {
    if (!hasMissed) return;
    // What does not reach the server is not seen: the mark stays, and the next look tries again.
    void api.seeCalls(state.newest).then(hear, () => {});
  });
  return { state, missed, hear, see };
}
