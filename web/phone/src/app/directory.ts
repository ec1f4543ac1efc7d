// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import { followEvents } from '@dering/api/event_stream';
import type { Directory, Person, PresenceChange } from '@dering/api/types';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

const key = ['directory'];
const nobody: readonly Person[] = [];

/** The directory after one person's presence changed; the same value when nothing did. */
export function withPresence(directory: Directory, change: PresenceChange): Directory {
  const person = directory.people.find(({ extension }) => extension === change.extension);
  if (person === undefined || person.presence === change.presence) return directory;
  const presence = change.presence;
  return {
    people: directory.people.map((each) => (each === person ? { ...person, presence } : each)),
  };
}

/** Everybody, live. */
export function useDirectory(api: Api): {
  readonly people: readonly Person[];
  readonly failed: boolean;
} {
  const client = useQueryClient();
  const { data, isError } = useQuery({ queryKey: key, queryFn: api.directory });
  useEffect(() => {
    const stop = new AbortController();
    const listener = {
      onDirectory: (directory: Directory) => client.setQueryData(key, directory),
      onPresence: (change: PresenceChange) =>
        client.setQueryData<Directory>(key, (old) => old && withPresence(old, change)),
    };
    void followEvents(api, listener, stop.signal);
    return () => stop.abort();
  }, [api, client]);
  return { people: data?.people ?? nobody, failed: isError && data === undefined };
}
