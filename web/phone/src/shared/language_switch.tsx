// SPDX-License-Identifier: Apache-2.0
import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { switchLanguage, type Language } from '../i18n';

export const languageNames: Record<Language, string> = { id: 'Bahasa Indonesia', en: 'English' };

export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <SegmentedControl
      size="sm"
      aria-label={t('header.language')}
      value={i18n.language}
      onChange={(value) => void switchLanguage(value as Language)}
      data={Object.entries(languageNames).map(([value, label]) => ({ value, label }))}
      data-testid="language"
    />
  );
}
