// SPDX-License-Identifier: Apache-2.0
import type { Seal } from '@dering/sip/state';
import { useTranslation } from 'react-i18next';
import type { Language } from '../i18n';
import { Icon } from '../shared/icon';
import classes from './seal_card.module.css';
import { wordTable } from './word_table';

/**
 * Says how far the encryption reaches. Only the comparison of the words proves the far end, so the
 * card asks for it instead of just showing a green mark.
 */
export function SealCard({
  seal,
  toServer,
}: {
  readonly seal: Seal | null;
  readonly toServer: boolean;
}) {
  const { t, i18n } = useTranslation();
  if (seal === null) return <p className={classes.working}>{t('seal.working')}</p>;
  const words = wordTable[i18n.language as Language];
  return (
    <div className={classes.card} data-testid="seal">
      <p className={classes.title}>
        <Icon name="lock" />
        {toServer ? t('seal.toServer') : t('seal.title')}
      </p>
      {toServer ? (
        <p className={classes.hint}>{t('seal.toServerHint')}</p>
      ) : (
        <>
          <ol
            className={classes.words}
            data-testid="seal-words"
            data-numbers={seal.words.join(' ')}
          >
            {seal.words.map((word, place) => (
              <li key={`${place}-${word}`}>{words[word]}</li>
            ))}
          </ol>
          <p className={classes.hint}>{t('seal.compare')}</p>
        </>
      )}
      <details className={classes.details}>
        <summary>{t('seal.details')}</summary>
        <dl>
          <dt>{t('seal.local')}</dt>
          <dd data-testid="fingerprint-local">{seal.local}</dd>
          <dt>{t('seal.remote')}</dt>
          <dd data-testid="fingerprint-remote">{seal.remote}</dd>
        </dl>
      </details>
    </div>
  );
}
