// SPDX-License-Identifier: Apache-2.0
import { Kbd } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../shared/dialog';
import classes from './shortcut_sheet.module.css';

export function ShortcutSheet({
  opened,
  onClose,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const rows = [
    ['Ctrl K', t('shortcuts.find')],
    ['↑ ↓', t('shortcuts.list')],
    ['A', t('shortcuts.answer')],
    ['Ctrl Shift A', t('shortcuts.answerTyping')],
    ['Ctrl Shift D', t('shortcuts.decline')],
    ['Esc', t('shortcuts.silence')],
    ['M', t('shortcuts.mute')],
    ['H', t('shortcuts.hold')],
    ['V', t('shortcuts.camera')],
    ['S', t('shortcuts.swap')],
    ['D', t('shortcuts.keypad')],
    ['T', t('shortcuts.transfer')],
    ['Ctrl Shift L', t('shortcuts.hangUp')],
    ['?', t('shortcuts.sheet')],
  ];
  return (
    <Dialog opened={opened} onClose={onClose} title={t('shortcuts.title')}>
      <dl className={classes.rows}>
        {rows.map(([keys, text]) => (
          <div key={keys} className={classes.row}>
            <dt>{text}</dt>
            <dd>
              {keys?.split(' ').map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
