// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import type { Standing } from '../boot/renewal';
import { Icon } from '../shared/icon';
import classes from './banner.module.css';

/** How the sign-in stands, when it is not well. The place is always there, so that a change is said. */
export function StandingBanner({ standing }: { readonly standing: Standing }) {
  const { t } = useTranslation();
  return (
    <div role="status" data-testid="standing" data-standing={standing}>
      {standing !== 'good' && (
        <p className={classes.banner} data-text>
          <Icon name="warning" size={18} />
          <span>{t(`standing.${standing}`)}</span>
        </p>
      )}
    </div>
  );
}
