// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '@dering/api/client';
import { Button } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import classes from './settings.module.css';

const sentences = { 403: 'forbidden', 404: 'gone', 422: 'invalid', 429: 'tooFast' } as const;

/** Why the server did not do it, in words. */
function troubleText(error: Error, conflict: string | undefined, t: TFunction): string {
  const status = error instanceof ApiError ? error.status : 0;
  if (status === 409 && conflict !== undefined) return conflict;
  const sentence = sentences[status as keyof typeof sentences] ?? 'other';
  return t(`trouble.${sentence}`);
}

interface Properties {
  readonly error: Error | null;
  /** What a conflict (409) means here. */
  readonly conflict?: string;
  readonly onRetry?: () => void;
}

/** What went wrong, and a button when trying again may help; nothing when nothing did. */
export function Trouble({ error, conflict, onRetry }: Properties) {
  const { t } = useTranslation();
  if (error === null) return null;
  return (
    <div className={classes.trouble} role="alert" data-testid="trouble">
      <p>{troubleText(error, conflict, t)}</p>
      {onRetry !== undefined && (
        <Button size="xs" variant="default" onClick={onRetry}>
          {t('app.retry')}
        </Button>
      )}
    </div>
  );
}
