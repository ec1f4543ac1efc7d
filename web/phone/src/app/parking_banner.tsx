// SPDX-License-Identifier: Apache-2.0
import type { ParkedCall } from '@dering/api/types';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import classes from './banner.module.css';

interface Properties {
  readonly parked: readonly ParkedCall[];
  readonly canCall: boolean;
  readonly onTake: (place: string, name: string) => void;
}

/**
 * Who waits because this person parked them, by whichever phone, and where. The place is always
 * there, so that a change is said.
 */
export function ParkingBanner({ parked, canCall, onTake }: Properties) {
  const { t } = useTranslation();
  return (
    <div role="status" data-testid="parking">
      {parked.map(({ place, extension, name }) => (
        <div key={place} className={classes.banner} data-quiet data-testid={`parked-${place}`}>
          <span className={classes.words}>
            <Icon name="park" size={18} />
            <span>
              {t('parking.told', { place, name: name || extension || t('parking.someone') })}
            </span>
          </span>
          <Button
            size="compact-sm"
            variant="light"
            disabled={!canCall}
            onClick={() => onTake(place, name)}
            data-testid={`take-${place}`}
          >
            {t('parking.take')}
          </Button>
        </div>
      ))}
    </div>
  );
}
