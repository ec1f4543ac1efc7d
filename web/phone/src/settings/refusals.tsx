// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Refusal } from '@dering/api/types';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import { agoText, dateOf } from '../shared/moment';
import classes from './settings.module.css';

const most = 5;
const milliseconds = 15_000;

/** The words that the page has; what a newer server says besides is "other". */
const words = [
  'wrong_password',
  'unknown_name',
  'bad_token',
  'foreign_token',
  'expired_token',
  'not_allowed',
  'paused',
  'unsupported',
  'foreign_domain',
  'foreign_dialog',
  'out_of_order',
  'too_many',
  'malformed',
] as const;

function sentence(refusal: Refusal, own: string, ago: string, t: TFunction): string {
  const { device, name, what } = refusal;
  const reason = t(`refusals.reason.${wordOf(refusal)}`);
  const who = (() => {
    if (what === 'sign_in') return t('refusals.signIn', { name });
    if (device !== '') return t('refusals.device', { name: device });
    return name === own ? t('refusals.number', { name }) : t('refusals.name', { name });
  })();
  return t('refusals.was', { who, ago, reason });
}

function wordOf({ reason }: Refusal) {
  return words.find((word) => word === reason) ?? 'other';
}

/** At the sign-in form there is no phone into which a password could be typed. */
function adviceOf(refusal: Refusal, t: TFunction): string {
  const word = wordOf(refusal);
  if (refusal.what === 'sign_in' && word === 'wrong_password') return t('refusals.signInAdvice');
  return t(`refusals.advice.${word}`);
}

function factsOf({ count, source, transport }: Refusal, t: TFunction): string {
  const where = { source, transport: transport.toUpperCase() };
  return count === 1 ? t('refusals.once', where) : t('refusals.times', { count, ...where });
}

interface Properties {
  readonly api: Api;
  /** Whose, if it is somebody else. */
  readonly extension: string | undefined;
  readonly own: string;
}

/** What telephones and sign-ins of this person were refused lately, and what helps. */
export function Refusals({ api, extension, own }: Properties) {
  const { t, i18n } = useTranslation();
  const { data, dataUpdatedAt } = useQuery({
    queryKey: ['refusals', extension ?? 'own'],
    queryFn: () => api.refusals(extension),
    refetchOnMount: 'always',
    refetchOnWindowFocus: 'always',
    refetchInterval: milliseconds,
  });
  if (data === undefined || data.refusals.length === 0) return null;
  const now = new Date(dataUpdatedAt);
  return (
    <section className={classes.refusals} aria-labelledby="refusals-title" data-testid="refusals">
      <h2 id="refusals-title" className={classes.subtitle}>
        {t('refusals.title')}
      </h2>
      <ul className={classes.rows}>
        {data.refusals.slice(0, most).map((refusal) => (
          <li key={refusal.id} className={classes.row} data-testid={`refusal-${refusal.reason}`}>
            <span className={classes.icon} data-refused>
              <Icon name="warning" />
            </span>
            <span className={classes.texts}>
              <span className={classes.name}>
                {sentence(refusal, own, agoText(dateOf(refusal.at), now, i18n.language), t)}
              </span>
              <span className={classes.small}>{adviceOf(refusal, t)}</span>
              <span className={classes.small}>{factsOf(refusal, t)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
