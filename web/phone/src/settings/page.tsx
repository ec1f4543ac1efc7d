// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, type ReactNode } from 'react';
import classes from './settings.module.css';

interface Properties {
  readonly title: string;
  readonly hint: string;
  readonly testId: string;
  readonly children: ReactNode;
}

/** The frame of a settings page. Its heading takes the focus, so that one hears where one is. */
export function Page({ title, hint, testId, children }: Properties) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className={classes.page} aria-labelledby="settings-title" data-testid={testId}>
      <h1 id="settings-title" ref={heading} tabIndex={-1} className={classes.title}>
        {title}
      </h1>
      <p className={classes.hint}>{hint}</p>
      {children}
    </section>
  );
}
