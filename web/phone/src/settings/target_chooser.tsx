// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import { Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findPeople } from '../shared/search';

const shownAtMost = 50;

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

/** Whom calls go to: type to search by name, number or unit. */
export function TargetChooser({ label, hint, people, target, onChoose, testId }: Properties) {
  const { t } = useTranslation();
  const chosen = target === null ? '' : textOf(target, people);
  const [search, setSearch] = useState(chosen);
  const query = search === chosen ? '' : search;
  const found = useMemo(() => findPeople(people, query).slice(0, shownAtMost), [people, query]);
  const shown = new Set(found.map(({ extension }) => extension));
  const data = found.map(({ extension }) => ({
    value: extension,
    label: textOf(extension, people),
  }));
  // Whoever is chosen has to be among the data, or the field would forget the text.
  if (target !== null && !shown.has(target)) data.push({ value: target, label: chosen });
  return (
    <Select
      label={label}
      description={hint}
      placeholder={t('forwarding.nobody')}
      searchable
      allowDeselect={false}
      selectFirstOptionOnChange
      nothingFoundMessage={t('devices.ownerNobody')}
      data={data}
      filter={({ options }) =>
        options.filter((option) => 'value' in option && shown.has(String(option.value)))
      }
      searchValue={search}
      onSearchChange={setSearch}
      value={target}
      onChange={(extension) => extension !== null && extension !== target && onChoose(extension)}
      comboboxProps={{ withinPortal: false }}
      data-testid={testId}
    />
  );
}

function textOf(extension: string, people: readonly Person[]): string {
  const person = people.find((each) => each.extension === extension);
  return person === undefined ? extension : `${person.name} · ${extension}`;
}
