// SPDX-License-Identifier: Apache-2.0
import type { Me, Person } from '@dering/api/types';
import { useCallback } from 'react';
import { findPeople } from '../shared/search';
import { choiceOf, PersonSelect, shownAtMost } from './person_select';

interface Properties {
  readonly me: Me;
  readonly people: readonly Person[];
  /** Null: the person themselves. */
  readonly owner: Person | null;
  readonly onChoose: (extension: string) => void;
  /** "Whose phones" */
  readonly label: string;
}

/** Whose affairs an administrator sees. The list shows the first few only, their own at the head. */
export function OwnerChooser({ me, people, owner, onChoose, label }: Properties) {
  const find = useCallback(
    (query: string) => {
      const found = findPeople(people, query);
      if (query !== '') return found.slice(0, shownAtMost).map(choiceOf);
      const others = found.filter(({ extension }) => extension !== me.extension);
      return [me, ...others.slice(0, shownAtMost)].map(choiceOf);
    },
    [people, me],
  );
  return (
    <PersonSelect
      label={label}
      chosen={choiceOf(owner ?? me)}
      find={find}
      onChoose={onChoose}
      testId="device-owner"
    />
  );
}
