// SPDX-License-Identifier: Apache-2.0
import type { Contact, Mirror } from '@dering/sip/mirror';
import { isBusy, ringingOf, type Phone } from '@dering/sip/state';
import type { Heard, Place } from '@dering/sip/wire';
import { Button } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { usePhone } from '../call/telephone_context';
import { Icon } from '../shared/icon';
import classes from './banner.module.css';

interface Properties {
  readonly mirror: Mirror;
  readonly onTakeOver: () => void;
}

/** Where the telephone and its sound are, and the way to have them here. */
export function ElsewhereBanner({ mirror, onTakeOver }: Properties) {
  const { t } = useTranslation();
  const { contact, place } = useSyncExternalStore(mirror.watch, mirror.view);
  const words = usePhone((phone) => wordsOf(contact, place, phone));
  const isBusyThere = usePhone(isBusy);
  const isQuiet = words === 'sound' || words === 'seeking';
  return (
    <div role="status" data-testid="elsewhere" data-contact={contact}>
      <div className={classes.banner} data-quiet={isQuiet || undefined}>
        <span className={classes.words}>
          <Icon name={isQuiet ? 'microphone' : 'warning'} size={18} />
          <span>{textOf(words, t)}</span>
        </span>
        {contact === 'newer' ? (
          <Button size="compact-sm" variant="light" onClick={() => location.reload()}>
            {t('tab.reload')}
          </Button>
        ) : (
          <Button
            size="compact-sm"
            variant="light"
            title={isBusyThere ? t('tab.takeOverHint') : undefined}
            onClick={onTakeOver}
            data-testid="take-over"
          >
            {t('tab.takeOver')}
          </Button>
        )}
      </div>
    </div>
  );
}

type Words = Exclude<Contact, 'there'> | 'sound' | 'microphone' | 'mute' | Exclude<Heard, 'well'>;

function wordsOf(contact: Contact, place: Place, phone: Phone): Words {
  if (contact !== 'there') return contact;
  const { call } = phone;
  const isAsking = call?.kind === 'ringing-out' && call.stage === 'microphone';
  const isAnswering = ringingOf(phone)?.stage === 'answering';
  if ((isAsking || isAnswering) && place.microphone !== 'granted') return 'microphone';
  if (place.isMute) return 'mute';
  return place.heard === 'well' ? 'sound' : place.heard;
}

function textOf(words: Words, t: TFunction): string {
  switch (words) {
    case 'speaks-muted':
      return t('sound.speaksMuted');
    case 'no-sound':
      return t('sound.silent');
    case 'gone':
    case 'missing':
    case 'trouble':
      return t('tab.device');
    default:
      return t(`tab.${words}`);
  }
}
