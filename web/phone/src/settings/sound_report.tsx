// SPDX-License-Identifier: Apache-2.0
import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import { gatherFacts } from './report_facts';
import { reportText } from './report_text';
import classes from './settings.module.css';

type Stage = 'none' | 'gathering' | 'copied' | 'marked';

/** A report for whoever helps: shown, and in the clipboard where that is open to us. */
export function SoundReport() {
  const { t } = useTranslation();
  const [stage, setStage] = useState<Stage>('none');
  const [text, setText] = useState('');
  const shown = useRef<HTMLTextAreaElement>(null);
  const copy = async () => {
    setStage('gathering');
    const report = reportText(await gatherFacts());
    setText(report);
    try {
      await navigator.clipboard.writeText(report);
      setStage('copied');
    } catch {
      setStage('marked');
      setTimeout(() => shown.current?.select());
    }
  };
  return (
    <div className={classes.card}>
      <div>
        <h2 className={classes.subtitle}>{t('sound.report')}</h2>
        <p className={classes.small}>{t('sound.reportHint')}</p>
      </div>
      <Button
        variant="light"
        className={classes.start ?? ''}
        leftSection={<Icon name={stage === 'copied' ? 'check' : 'copy'} size={18} />}
        loading={stage === 'gathering'}
        onClick={() => void copy()}
        data-testid="copy-report"
      >
        {t('sound.copyReport')}
      </Button>
      <p className={classes.small} role="status" data-testid="report-state">
        {(stage === 'copied' || stage === 'marked') && t(`sound.${stage}`)}
      </p>
      {text !== '' && (
        <textarea
          ref={shown}
          className={classes.report}
          readOnly
          rows={10}
          aria-label={t('sound.report')}
          value={text}
          data-testid="report"
        />
      )}
    </div>
  );
}
