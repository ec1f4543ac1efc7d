// SPDX-License-Identifier: Apache-2.0
import { CloseButton } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './settings.module.css';

interface Properties {
  readonly title: string;
  readonly hint: string;
  readonly testId: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The frame of a settings page. Its heading takes the focus, so that one hears where one is. */
export function Page({ title, hint, testId, onClose, children }: Properties) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className={classes.page} aria-labelledby="settings-title" data-testid={testId}>
      <div className={classes.head}>
        <h1 id="settings-title" ref={heading} tabIndex={-1} data-heading className={classes.title}>
          {title}
        </h1>
        <CloseButton
          className={classes.close ?? ''}
          size="lg"
          aria-label={t('app.close')}
          onClick={onClose}
        />
      </div>
      <p className={classes.hint}>{hint}</p>
      {children}
    </section>
  );
}
