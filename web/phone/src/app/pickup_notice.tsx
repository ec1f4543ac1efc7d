// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Me, Person, Pickup } from '@dering/api/types';
import { Button, CloseButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import { useForwarding } from '../shared/use_forwarding';
import classes from './pickup_notice.module.css';

/** More would be no quiet notice. */
const mostShown = 2;

interface Properties {
  readonly api: Api;
  readonly me: Me;
  readonly byNumber: ReadonlyMap<string, Person>;
  readonly ringing: readonly Pickup[];
  /** False while one is rung or calls: then nobody has a hand free for others. */
  readonly canCall: boolean;
  readonly onPickUp: (number: string, name: string) => void;
  readonly onHide: (pickup: Pickup) => void;
}

/**
 * What rings at colleagues of the unit, without a sound, and one click that takes it. The server says
 * who may know; the place is always there, so that what comes is said, when nothing else is.
 */
export function PickupNotice(properties: Properties) {
  const { api, me, byNumber, ringing, canCall } = properties;
  const { forwarding } = useForwarding(api, me.extension, true);
  const isOn = canCall && forwarding?.pickup_notices !== false;
  const unit = byNumber.get(me.extension)?.unit;
  // Whoever went to another unit while it rang is told of no end.
  const shown = ringing.filter(({ extension }) => byNumber.get(extension)?.unit === unit);
  return (
    <div role="status" aria-live="polite" data-testid="pickups">
      {isOn &&
        shown
          .slice(0, mostShown)
          .map((pickup) => <Line key={pickup.extension} pickup={pickup} {...properties} />)}
    </div>
  );
}

function Line({ pickup, byNumber, onPickUp, onHide }: Properties & { readonly pickup: Pickup }) {
  const { t } = useTranslation();
  const { extension, caller } = pickup;
  const name = byNumber.get(extension)?.name ?? extension;
  const by = caller === null ? null : caller.name || caller.extension;
  return (
    <div className={classes.notice} data-testid={`pickup-${extension}`}>
      <Icon name="bell" size={18} />
      <span className={classes.words}>
        {by === null
          ? t('pickup.ringsWithheld', { name })
          : t('pickup.rings', { name, caller: by })}
      </span>
      <span className={classes.buttons}>
        <Button
          size="xs"
          variant="light"
          leftSection={<Icon name="phone" size={16} />}
          aria-label={t('pickup.takeFor', { name })}
          onClick={() => onPickUp(`**${extension}`, by ?? t('call.withheld'))}
          data-testid={`pick-up-${extension}`}
        >
          {t('pickup.take')}
        </Button>
        <CloseButton
          size="md"
          aria-label={t('pickup.hide', { name })}
          onClick={() => onHide(pickup)}
          data-testid={`hide-pickup-${extension}`}
        />
      </span>
    </div>
  );
}
