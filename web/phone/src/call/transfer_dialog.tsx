// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import type { Party } from '@dering/sip/state';
import { Button, TextInput } from '@mantine/core';
import { useMemo, useRef, useState, type KeyboardEvent, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../shared/dialog';
import { Icon } from '../shared/icon';
import { dialledNumber, findPeople } from '../shared/search';
import { nameOf } from './name_of';
import { useTelephone } from './telephone_context';
import classes from './transfer.module.css';
import { TransferRows, type Target } from './transfer_rows';

interface Properties {
  /** Whom the call is with. */
  readonly party: Party;
  readonly people: readonly Person[];
  readonly onClose: () => void;
}

/** To whom, and how: now, or after asking. */
export function TransferDialog({ party, people, onClose }: Properties) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<Party | null>(null);
  const ask = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const found = useTargets(people, party.number, query);
  const choose = (target: Party) => {
    setChosen(target);
    // What can be taken back is the next act; it may be drawn only now.
    requestAnimationFrame(() => ask.current?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const [first] = found;
    if (event.key === 'Enter' && first !== undefined) choose(first.party);
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    list.current?.querySelector('button')?.focus();
  };
  return (
    <Dialog opened onClose={onClose} title={t('transfer.title', { name: nameOf(party, t) })}>
      <div className={classes.dialog} data-testid="transfer-dialog">
        <TextInput
          data-autofocus
          size="md"
          type="search"
          autoComplete="off"
          aria-label={t('transfer.whom')}
          placeholder={t('transfer.whom')}
          leftSection={<Icon name="search" />}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setChosen(null);
          }}
          onKeyDown={onKeyDown}
          data-testid="transfer-search"
        />
        <TransferRows ref={list} targets={found} query={query} chosen={chosen} onChoose={choose} />
        <Ways party={party} to={chosen} askButton={ask} onClose={onClose} />
      </div>
    </Dialog>
  );
}

interface WaysProperties {
  readonly party: Party;
  readonly to: Party | null;
  readonly askButton: Ref<HTMLButtonElement>;
  readonly onClose: () => void;
}

function Ways({ party, to, askButton, onClose }: WaysProperties) {
  const { t } = useTranslation();
  const telephone = useTelephone();
  if (to === null) return <p className={classes.hint}>{t('transfer.none')}</p>;
  const values = { name: nameOf(party, t), to: nameOf(to, t) };
  return (
    <div className={classes.ways}>
      <Button
        ref={askButton}
        leftSection={<Icon name="phone" size={18} />}
        aria-describedby="transfer-ask-hint"
        onClick={() => {
          onClose();
          void telephone.transfers.ask(to);
        }}
        data-testid="transfer-ask"
      >
        {t('transfer.ask')}
      </Button>
      <p id="transfer-ask-hint" className={classes.hint}>
        {t('transfer.askHint', values)}
      </p>
      <Button
        variant="light"
        leftSection={<Icon name="transfer" size={18} />}
        aria-describedby="transfer-now-hint"
        onClick={() => {
          onClose();
          telephone.transfers.send(to);
        }}
        data-testid="transfer-now"
      >
        {t('transfer.now')}
      </Button>
      <p id="transfer-now-hint" className={classes.hint}>
        {t('transfer.nowHint', values)}
      </p>
    </div>
  );
}

/** The people whom the query finds, the call's own left out; before them a number that was typed. */
function useTargets(people: readonly Person[], other: string, query: string): readonly Target[] {
  return useMemo(() => {
    const targets = findPeople(people, query)
      .filter(({ extension }) => extension !== other)
      .map((person) => ({ person, party: { number: person.extension, name: person.name } }));
    const number = dialledNumber(query);
    if (number === null || targets.some(({ party }) => party.number === number)) return targets;
    return [{ person: null, party: { number, name: '' } }, ...targets];
  }, [people, other, query]);
}
