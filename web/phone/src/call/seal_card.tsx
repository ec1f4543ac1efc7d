// SPDX-License-Identifier: Apache-2.0
import type { Seal, Talking } from '@dering/sip/state';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from '../i18n';
import { Icon } from '../shared/icon';
import { isServiceNumber } from '../shared/service_numbers';
import { nameOf } from './name_of';
import classes from './seal_card.module.css';
import { wordTable } from './word_table';

/**
 * Says in one line how far the encryption reaches, as the server tells it. Only the comparison of the
 * words proves the far end, so the line opens them instead of being just a green mark.
 */
export function SealCard({ call }: { readonly call: Talking }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const { seal } = call;
  const why = whyToServer(call, t);
  if (why === null && seal === null) return <p className={classes.working}>{t('seal.working')}</p>;
  return (
    <div
      className={classes.card}
      data-open={isOpen || undefined}
      data-testid="seal"
      data-reach={why === null ? call.reach.kind : 'terminated'}
    >
      <button
        type="button"
        className={classes.title}
        aria-expanded={isOpen}
        aria-controls="seal-more"
        disabled={seal === null}
        onClick={() => setOpen(!isOpen)}
        data-testid="seal-open"
      >
        <Icon name={why === null ? 'lock' : 'server'} size={18} />
        {titleOf(call, why, t)}
        {seal !== null && (
          <span className={classes.turn}>
            <Icon name="down" size={16} />
          </span>
        )}
      </button>
      {why !== null && <p className={classes.hint}>{why}</p>}
      {seal !== null && (
        <div id="seal-more" className={classes.more} hidden={!isOpen}>
          {why === null && (
            <>
              <Words seal={seal} />
              <p className={classes.hint}>
                {call.reach.kind === 'sealed' ? t('seal.compare') : t('seal.compareUnknown')}
              </p>
            </>
          )}
          <Fingerprints seal={seal} isServer={why !== null} />
        </div>
      )}
    </div>
  );
}

function titleOf({ reach }: Talking, why: string | null, t: TFunction): string {
  if (why !== null) return t('seal.toServer');
  return reach.kind === 'sealed' ? t('seal.title') : t('seal.unknown');
}

/** Null where nothing says that the encryption ends at the server. */
function whyToServer({ party, reach, direction }: Talking, t: TFunction): string | null {
  if (isServiceNumber(party.number)) return t('seal.toServerHint');
  if (reach.kind !== 'terminated') return null;
  if (reach.reason !== 'desk-phone') return t('seal.why.other');
  const name = nameOf(party, t);
  return direction === 'in' ? t('seal.why.callsFrom', { name }) : t('seal.why.answered', { name });
}

function Words({ seal }: { readonly seal: Seal }) {
  const { i18n } = useTranslation();
  const words = wordTable[i18n.language as Language];
  return (
    <ol className={classes.words} data-testid="seal-words" data-numbers={seal.words.join(' ')}>
      {seal.words.map((word, place) => (
        <li key={`${place}-${word}`}>{words[word]}</li>
      ))}
    </ol>
  );
}

function Fingerprints({ seal, isServer }: { readonly seal: Seal; readonly isServer: boolean }) {
  const { t } = useTranslation();
  return (
    <details className={classes.details}>
      <summary>{t('seal.details')}</summary>
      <dl>
        <dt>{t('seal.local')}</dt>
        <dd data-testid="fingerprint-local">{seal.local}</dd>
        <dt>{isServer ? t('seal.server') : t('seal.remote')}</dt>
        <dd data-testid="fingerprint-remote">{seal.remote}</dd>
      </dl>
    </details>
  );
}
