// SPDX-License-Identifier: Apache-2.0
import { CloseButton, Kbd, TextInput } from '@mantine/core';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import classes from './left_pane.module.css';

interface Properties {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly onEnter: () => void;
  /** From here into the list. */
  readonly onDown: () => void;
}

export function SearchField({ field, query, onQuery, onEnter, onDown }: Properties) {
  const { t } = useTranslation();
  const isEmpty = query === '';
  return (
    <TextInput
      ref={field}
      size="md"
      type="search"
      autoComplete="off"
      aria-label={t('people.search')}
      aria-keyshortcuts="Control+K"
      placeholder={t('people.search')}
      leftSection={<Icon name="search" />}
      rightSectionWidth={isEmpty ? 76 : undefined}
      rightSection={
        isEmpty ? (
          <span className={classes.keys}>
            <Kbd size="xs">Ctrl K</Kbd>
          </span>
        ) : (
          <CloseButton aria-label={t('people.clear')} onClick={() => onQuery('')} />
        )
      }
      value={query}
      onChange={(event) => onQuery(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onQuery('');
        if (event.key === 'Enter') onEnter();
        if (event.key !== 'ArrowDown') return;
        event.preventDefault();
        onDown();
      }}
      data-testid="search"
    />
  );
}
