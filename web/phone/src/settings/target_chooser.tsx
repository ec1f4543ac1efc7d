// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { findPeople } from '../shared/search';
import { choiceOf, PersonSelect, shownAtMost, type Choice } from './person_select';

interface Properties {
  readonly label: string;
  readonly hint: string;
  /** Everybody but whose calls they are. */
  readonly people: readonly Person[];
  /** An extension; null: calls go to nobody else. */
  readonly target: string | null;
  readonly onChoose: (extension: string) => void;
  readonly testId: string;
}

/** Whom calls go to. */
export function TargetChooser({ label, hint, people, target, onChoose, testId }: Properties) {
  const { t } = useTranslation();
  const find = useCallback(
    (query: string) => findPeople(people, query).slice(0, shownAtMost).map(choiceOf),
    [people],
  );
  return (
    <PersonSelect
      label={label}
      hint={hint}
      placeholder={t('forwarding.nobody')}
      chosen={target === null ? null : chosenOf(target, people)}
      find={find}
      onChoose={onChoose}
      testId={testId}
    />
  );
}

/** Also of somebody who has left since. */
function chosenOf(target: string, people: readonly Person[]): Choice {
  const person = people.find(({ extension }) => extension === target);
  return person === undefined ? { value: target, label: target } : choiceOf(person);
}
