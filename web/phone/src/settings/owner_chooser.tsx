// SPDX-License-Identifier: Apache-2.0
import type { Me, Person } from '@dering/api/types';
import { Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findPeople } from '../shared/search';

const shownAtMost = 50;

interface Properties {
  readonly me: Me;
  readonly people: readonly Person[];
  /** Null: the person themselves. */
  readonly owner: Person | null;
  readonly onChoose: (extension: string) => void;
  /** "Whose phones" */
  readonly label: string;
}

const textOf = ({ name, extension }: Pick<Person, 'name' | 'extension'>) =>
  `${name} · ${extension}`;

/** Whose affairs an administrator sees. Type to search; the list shows the first few only. */
export function OwnerChooser({ me, people, owner, onChoose, label }: Properties) {
  const { t } = useTranslation();
  const [search, setSearch] = useState(textOf(owner ?? me));
  const chosen = textOf(owner ?? me);
  // The text of the one who is chosen is no search: with it the list would hold nobody else.
  const query = search === chosen ? '' : search;
  const found = useMemo(() => {
    if (query !== '') return findPeople(people, query).slice(0, shownAtMost);
    const others = findPeople(people, '').filter(({ extension }) => extension !== me.extension);
    return [me, ...others.slice(0, shownAtMost)];
  }, [people, query, me]);
  // Whoever is chosen has to be among the data, or the field would forget the text; but is shown
  // only when found.
  const current = owner ?? me;
  const shown = new Set(found.map(({ extension }) => extension));
  const known = shown.has(current.extension) ? found : [...found, current];
  return (
    <Select
      label={label}
      searchable
      allowDeselect={false}
      selectFirstOptionOnChange
      nothingFoundMessage={t('devices.ownerNobody')}
      data={known.map((person) => ({ value: person.extension, label: textOf(person) }))}
      filter={({ options }) =>
        options.filter((option) => 'value' in option && shown.has(String(option.value)))
      }
      searchValue={search}
      onSearchChange={setSearch}
      value={owner?.extension ?? me.extension}
      onChange={(extension) => extension !== null && onChoose(extension)}
      comboboxProps={{ withinPortal: false }}
      data-testid="device-owner"
    />
  );
}
