// SPDX-License-Identifier: Apache-2.0
import { Button } from '@mantine/core';
import { useRef } from 'react';
import { Logo } from './logo';
import classes from './notice.module.css';
import { useLostFocus } from './use_lost_focus';

interface Properties {
  readonly title: string;
  readonly hint: string;
  readonly action?: string | undefined;
  readonly onAction?: () => void;
}

/** One sentence, what to do, and the button for it, alone on the page: that has the focus. */
export function Notice({ title, hint, action, onAction }: Properties) {
  const next = useRef<HTMLButtonElement>(null);
  useLostFocus(next);
  return (
    <main className="centred">
      <section className={classes.card}>
        <Logo size={48} />
        <h1 className={classes.title}>{title}</h1>
        <p className={classes.hint}>{hint}</p>
        {action !== undefined && (
          <Button ref={next} size="md" onClick={onAction} data-testid="notice-action">
            {action}
          </Button>
        )}
      </section>
    </main>
  );
}
