// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import { Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** The list is read to its end, and no further is looked: more are found by another letter. */
export const shownAtMost = 50;

/** Somebody as the list shows them: an extension, and what stands for it. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

export const choiceOf = ({ name, extension }: Pick<Person, 'name' | 'extension'>): Choice => ({
  value: extension,
  label: `${name} · ${extension}`,
});

interface Properties {
  readonly label: string;
  readonly hint?: string;
  readonly placeholder?: string;
  /** Null: nobody. */
  readonly chosen: Choice | null;
  /** Who is shown for what was typed; '' when nothing was. */
  readonly find: (query: string) => readonly Choice[];
  readonly onChoose: (extension: string) => void;
  readonly testId: string;
}

/** One person out of many: type to search by name, number or unit. */
export function PersonSelect({
  label,
  hint,
  placeholder,
  chosen,
  find,
  onChoose,
  testId,
}: Properties) {
  const { t } = useTranslation();
  const text = chosen?.label ?? '';
  const [search, setSearch] = useState(text);
  // The text of the one who is chosen is no search: with it the list would hold nobody else.
  const query = search === text ? '' : search;
  const found = useMemo(() => find(query), [find, query]);
  // Whoever is chosen has to be among the data, or the field would forget the text; but is shown
  // only when found.
  const shown = new Set(found.map(({ value }) => value));
  const known = chosen === null || shown.has(chosen.value) ? found : [...found, chosen];
  return (
    <Select
      label={label}
      description={hint}
      placeholder={placeholder ?? ''}
      searchable
      allowDeselect={false}
      selectFirstOptionOnChange
      nothingFoundMessage={t('devices.ownerNobody')}
      data={known}
      filter={({ options }) =>
        options.filter((option) => 'value' in option && shown.has(String(option.value)))
      }
      searchValue={search}
      onSearchChange={setSearch}
      value={chosen?.value ?? null}
      onChange={(extension) => {
        if (extension !== null && extension !== chosen?.value) onChoose(extension);
      }}
      comboboxProps={{ withinPortal: false }}
      data-testid={testId}
    />
  );
}
