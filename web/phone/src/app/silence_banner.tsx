// SPDX-License-Identifier: Apache-2.0
import { Button } from '@mantine/core';
import { useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { player } from '../sound/player';
import classes from './banner.module.css';

/** Until the first click browsers play no sound; better said than found out by a missed call. */
export function SilenceBanner() {
  const { t } = useTranslation();
  const isBlocked = useSyncExternalStore(player.watch, player.isBlocked);
  useEffect(() => {
    player.unlock();
    document.addEventListener('pointerdown', player.unlock);
    document.addEventListener('keydown', player.unlock);
    return () => {
      document.removeEventListener('pointerdown', player.unlock);
      document.removeEventListener('keydown', player.unlock);
    };
  }, []);
  if (!isBlocked) return null;
  return (
    <div className={classes.banner} role="status">
      <span>{t('sound.blocked')}</span>
      <Button size="xs" variant="white" color="dark" onClick={player.unlock}>
        {t('sound.enable')}
      </Button>
    </div>
  );
}
