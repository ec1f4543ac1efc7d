// SPDX-License-Identifier: Apache-2.0
import { basePath } from '@dering/api/base';
import { Button } from '@mantine/core';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Notice } from '../boot/boot';
import { portal } from '../portal/portal';
import { Logo } from '../shared/logo';
import classes from './frame_page.module.css';

/** The name of the window, so that a second click finds the first one's. */
const windowName = 'dering';
const windowShape = 'popup,width=420,height=760';

/**
 * Brings the phone's window to the front. One that is there is never loaded again: that would end its
 * call. False where no window may be opened.
 */
function showWindow(): boolean {
  const opened = window.open('', windowName, windowShape);
  if (opened === null) return false;
  if (isBlank(opened)) opened.location.replace(basePath());
  opened.focus();
  return true;
}

function isBlank(opened: Window): boolean {
  try {
    return opened.location.href === 'about:blank';
  } catch {
    // It is at its provider's.
    return false;
  }
}

/**
 * Inside another page, when nobody is signed in: no provider lets its sign-in be shown here, so the
 * phone gets a window of its own.
 */
export function FramePage({ notice }: { readonly notice?: Notice | undefined }) {
  const { t } = useTranslation();
  const isOver = notice === 'ended' || notice === 'noAccess';
  const open = (event: MouseEvent) => {
    // The portal's page finds its window again; one that a frame opened it would not.
    if (portal?.isHeard() === true) {
      event.preventDefault();
      portal.show();
      return;
    }
    // Where no window may be opened by a script the link itself does it, in a tab.
    if (showWindow()) event.preventDefault();
  };
  return (
    <main className={classes.page} data-testid="frame-page">
      <Logo size={44} />
      <h1 className={classes.title}>{isOver ? t(`signIn.${notice}.title`) : t('frame.title')}</h1>
      <p className={classes.hint}>{t('frame.hint')}</p>
      <Button
        component="a"
        href={basePath()}
        target={windowName}
        onClick={open}
        data-testid="open-window"
      >
        {t('frame.open')}
      </Button>
    </main>
  );
}
