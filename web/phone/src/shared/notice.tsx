// SPDX-License-Identifier: Apache-2.0
import { Button } from '@mantine/core';
import { Logo } from './logo';
import classes from './notice.module.css';

interface Properties {
  readonly title: string;
  readonly hint: string;
  readonly action?: string | undefined;
  readonly onAction?: () => void;
}

/** One sentence, what to do, and the button for it, alone on the page. */
export function Notice({ title, hint, action, onAction }: Properties) {
  return (
    <main className="centred">
      <section className={classes.card}>
        <Logo size={48} />
        <h1 className={classes.title}>{title}</h1>
        <p className={classes.hint}>{hint}</p>
        {action !== undefined && (
          <Button size="md" onClick={onAction} data-testid="notice-action">
            {action}
          </Button>
        )}
      </section>
    </main>
  );
}
