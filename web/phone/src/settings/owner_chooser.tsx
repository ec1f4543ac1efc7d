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
}

const textOf = ({ name, extension }: Pick<Person, 'name' | 'extension'>) =>
  `${name} · ${extension}`;

/** Whose phones an administrator sees. Type to search; the list shows the first few only. */
export function OwnerChooser({ me, people, owner, onChoose }: Properties) {
  const { t } = useTranslation();
  const [search, setSearch] = useState(textOf(owner ?? me));
  const chosen = textOf(owner ?? me);
  // The text of the one who is chosen is no search: with it the list would hold nobody else.
  const query = search === chosen ? '' : search;
  const found = useMemo(() => {
    const others = findPeople(people, query).filter(({ extension }) => extension !== me.extension);
    return [me, ...others.slice(0, shownAtMost)];
  }, [people, query, me]);
  const isShown = found.some(({ extension }) => extension === owner?.extension);
  const shown = owner === null || isShown ? found : [owner, ...found];
  return (
    <Select
      label={t('devices.owner')}
      searchable
      allowDeselect={false}
      selectFirstOptionOnChange
      nothingFoundMessage={t('devices.ownerNobody')}
      data={shown.map((person) => ({ value: person.extension, label: textOf(person) }))}
      // What is found is worked out above, as everywhere on the page.
      filter={({ options }) => options}
      searchValue={search}
      onSearchChange={setSearch}
      value={owner?.extension ?? me.extension}
      onChange={(extension) => extension !== null && onChoose(extension)}
      comboboxProps={{ withinPortal: false }}
      data-testid="device-owner"
    />
  );
}
