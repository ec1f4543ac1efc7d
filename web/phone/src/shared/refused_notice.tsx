// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { Notice } from './notice';

/** The browser refuses what tabs need to be one telephone: locks, or any storage. */
export function RefusedNotice() {
  const { t } = useTranslation();
  return (
    <Notice
      title={t('tab.refused')}
      hint={t('tab.refusedHint')}
      action={t('app.retry')}
      onAction={() => location.reload()}
    />
  );
}
