// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import type { Party } from '@dering/sip/state';
import type { KeyboardEvent, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/avatar';
import { Icon } from '../shared/icon';
import { PresenceDot } from '../shared/presence_dot';
import classes from './transfer.module.css';

/** More are not read through, but found by another letter. */
const mostShown = 30;

/** Somebody to whom a call can go. */
export interface Target {
  readonly party: Party;
  /** Null: a number that is nobody's here. */
  readonly person: Person | null;
}

interface Properties {
  readonly ref: Ref<HTMLUListElement>;
  readonly targets: readonly Target[];
  readonly query: string;
  readonly chosen: Party | null;
  readonly onChoose: (party: Party) => void;
}

/** Whom one can choose; the arrow keys move through them. */
export function TransferRows({ ref, targets, query, chosen, onChoose }: Properties) {
  const { t } = useTranslation();
  return (
    <>
      <ul
        ref={ref}
        className={classes.rows}
        aria-label={t('transfer.people')}
        data-testid="transfer-people"
      >
        {targets.slice(0, mostShown).map((target) => (
          <li key={target.party.number}>
            <Row
              target={target}
              isChosen={target.party.number === chosen?.number}
              onChoose={onChoose}
            />
          </li>
        ))}
      </ul>
      {targets.length > mostShown && <p className={classes.hint}>{t('transfer.more')}</p>}
      {targets.length === 0 && query !== '' && (
        <p className={classes.hint}>{t('people.nobody', { query })}</p>
      )}
      <p className="visually-hidden" role="status">
        {query !== '' && t('people.found', { count: targets.length })}
      </p>
    </>
  );
}

interface RowProperties {
  readonly target: Target;
  readonly isChosen: boolean;
  readonly onChoose: (party: Party) => void;
}

function Row({ target: { party, person }, isChosen, onChoose }: RowProperties) {
  const { t } = useTranslation();
  const name = person?.name ?? t('transfer.number', { number: party.number });
  return (
    <button
      type="button"
      className={classes.row}
      aria-pressed={isChosen}
      onClick={() => onChoose(party)}
      onKeyDown={move}
      data-testid={`transfer-to-${party.number}`}
    >
      {person === null ? <Icon name="keypad" /> : <Avatar name={name} />}
      <span className={classes.texts}>
        <span className={classes.name}>{name}</span>
        {person !== null && (
          <span className={classes.facts}>
            <PresenceDot presence={person.presence} labelled />
            <span className={classes.unit}>{person.unit}</span>
          </span>
        )}
      </span>
      {person !== null && <span className={classes.number}>{party.number}</span>}
    </button>
  );
}

function move(event: KeyboardEvent<HTMLButtonElement>): void {
  const row = event.currentTarget.parentElement;
  const next =
    event.key === 'ArrowDown'
      ? row?.nextElementSibling
      : event.key === 'ArrowUp'
        ? row?.previousElementSibling
        : null;
  if (!next) return;
  event.preventDefault();
  next.querySelector('button')?.focus();
}
