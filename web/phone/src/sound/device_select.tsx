// SPDX-License-Identifier: Apache-2.0
import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { choice } from './choice';
import { deviceList } from './device_list';
import { devicesOf, type DeviceKind } from './devices';
import { useWatched } from './use_watched';

interface Properties {
  readonly what: 'microphone' | 'speaker' | 'ringer';
  readonly label: string;
  readonly hint?: string;
}

const absent = 'absent';

/** The devices there are, as they come and go, and which of them is used. */
export function DeviceSelect({ what, label, hint }: Properties) {
  const { t } = useTranslation();
  const wish = useWatched(choice)[what];
  const kind: DeviceKind = what === 'microphone' ? 'audioinput' : 'audiooutput';
  const devices = devicesOf(kind, useWatched(deviceList));
  const { id, how } = deviceList.picked(kind, what);
  const isMissing = how === 'missing' && wish !== null;
  const choose = (value: string) => {
    const device = devices.find(({ deviceId }) => deviceId === value);
    if (value !== absent) {
      choice.change({
        [what]: device === undefined ? null : { id: device.deviceId, label: device.label },
      });
    }
  };
  return (
    <NativeSelect
      label={label}
      description={isMissing ? t('sound.missing', { label: wish.label }) : hint}
      value={isMissing ? absent : id}
      onChange={(event) => choose(event.currentTarget.value)}
      data={[
        { value: '', label: t('sound.default') },
        ...(isMissing ? [{ value: absent, label: t('sound.absent', { label: wish.label }) }] : []),
        ...devices.map(({ deviceId, label: name }) => ({ value: deviceId, label: name })),
      ]}
      data-testid={`choose-${what}`}
    />
  );
}
