// SPDX-License-Identifier: Apache-2.0
import type { Presence } from '@dering/api/types';
import { useTranslation } from 'react-i18next';
import classes from './presence_dot.module.css';

/** Presence as colour and shape, with its word for screen readers and, if wanted, for all. */
export function PresenceDot({
  presence,
  labelled = false,
}: {
  readonly presence: Presence;
  readonly labelled?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <span className={classes.presence} data-presence={presence} data-testid="presence">
      <span className={classes.dot} aria-hidden="true" />
      <span className={labelled ? classes.label : 'visually-hidden'}>
        {t(`presence.${presence}`)}
      </span>
    </span>
  );
}
