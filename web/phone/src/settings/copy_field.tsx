// SPDX-License-Identifier: Apache-2.0
import { ActionIcon } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import classes from './settings.module.css';

interface Properties {
  readonly label: string;
  readonly value: string;
  readonly testId: string;
}

/** A value to take elsewhere. Where the clipboard is closed to us it is marked, to be copied by hand. */
export function CopyField({ label, value, testId }: Properties) {
  const { t } = useTranslation();
  const text = useRef<HTMLElement>(null);
  const [result, setResult] = useState<'copied' | 'marked' | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setResult('copied');
    } catch {
      if (text.current !== null) getSelection()?.selectAllChildren(text.current);
      setResult('marked');
    }
  };
  return (
    <div className={classes.field}>
      <dt>{label}</dt>
      <dd>
        <code ref={text} data-testid={`value-${testId}`}>
          {value}
        </code>
        <ActionIcon
          variant={result === 'copied' ? 'light' : 'subtle'}
          color={result === 'copied' ? 'teal' : 'gray'}
          size={36}
          aria-label={t('devices.copy', { field: label })}
          onClick={() => void copy()}
          data-testid={`copy-${testId}`}
        >
          <Icon name={result === 'copied' ? 'check' : 'copy'} size={18} />
        </ActionIcon>
        <span className={result === 'marked' ? classes.marked : 'visually-hidden'} role="status">
          {result !== null && t(`devices.${result}`, { field: label })}
        </span>
      </dd>
    </div>
  );
}
