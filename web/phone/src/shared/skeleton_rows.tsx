// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import classes from './skeleton_rows.module.css';

const rows = [1, 2, 3, 4, 5, 6];

/** Where a list will be, while it is loaded. */
export function SkeletonRows() {
  const { t } = useTranslation();
  return (
    <div className={classes.rows} data-testid="loading-rows">
      <p className="visually-hidden" role="status">
        {t('app.loading')}
      </p>
      {rows.map((row) => (
        <div key={row} className={classes.row} aria-hidden="true">
          <span className={classes.face} />
          <span className={classes.lines}>
            <span />
            <span />
          </span>
        </div>
      ))}
    </div>
  );
}
