// SPDX-License-Identifier: Apache-2.0
import { basePath } from '@dering/api/base';
import { Button } from '@mantine/core';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Notice } from '../boot/boot';
import { phoneTarget, showPhone } from '../portal/show_phone';
import classes from '../shared/framed.module.css';
import { Logo } from '../shared/logo';

/**
 * Inside another page, when nobody is signed in: no provider lets its sign-in be shown here, so the
 * phone gets a window of its own.
 */
export function FramePage({ notice }: { readonly notice?: Notice | undefined }) {
  const { t } = useTranslation();
  const isOver = notice === 'ended' || notice === 'noAccess';
  const open = (event: MouseEvent) => {
    // Where no window may be opened by a script the link itself does it, in a tab.
    if (showPhone(basePath())) event.preventDefault();
  };
  return (
    <main className={classes.page} data-testid="frame-page">
      <Logo size={44} />
      <h1 className={classes.title}>{isOver ? t(`signIn.${notice}.title`) : t('frame.title')}</h1>
      <p className={classes.hint}>{t('frame.hint')}</p>
      <Button
        component="a"
        href={basePath()}
        target={phoneTarget}
        onClick={open}
        data-testid="open-window"
      >
        {t('frame.open')}
      </Button>
    </main>
  );
}
