// SPDX-License-Identifier: Apache-2.0
import { Button, NativeSelect } from '@mantine/core';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import { choice } from '../sound/choice';
import { deviceList } from '../sound/device_list';
import { DeviceSelect } from '../sound/device_select';
import { devicesOf } from '../sound/devices';
import { lastVerdict, numbersText, verdictText } from '../sound/echo_words';
import { LevelMeter } from '../sound/level_meter';
import { canChooseOutput } from '../sound/outlet';
import { player } from '../sound/player';
import { rings, isRing } from '../sound/rings';
import { useMicrophone } from '../sound/use_microphone';
import { useRingNow } from '../sound/use_ring_now';
import { useWatched } from '../sound/use_watched';
import { Page } from './page';
import classes from './settings.module.css';
import { SoundReport } from './sound_report';

interface Properties {
  readonly onEcho: (() => void) | undefined;
  readonly onClose: () => void;
}

/** The devices that one speaks, hears and is called with. Each change counts at once, in a call too. */
export function SoundPage({ onEcho, onClose }: Properties) {
  const { t } = useTranslation();
  return (
    <Page title={t('sound.title')} hint={t('sound.hint')} testId="sound-page" onClose={onClose}>
      <MicrophoneCard />
      <SpeakerCard />
      <RingCard />
      <EchoCard onEcho={onEcho} />
      <SoundReport />
    </Page>
  );
}

function MicrophoneCard() {
  const { t } = useTranslation();
  const { state, open } = useMicrophone(true);
  return (
    <div className={classes.card} data-testid="microphone-card" data-state={state.kind}>
      <DeviceSelect what="microphone" label={t('sound.microphone')} />
      {state.kind === 'open' && <LevelMeter microphone={state.stream} />}
      {(state.kind === 'closed' || state.kind === 'asking') && (
        <Button
          variant="light"
          className={classes.start ?? ''}
          loading={state.kind === 'asking'}
          onClick={open}
          data-testid="open-microphone"
        >
          {t('sound.allow')}
        </Button>
      )}
      <div role="status" data-testid="microphone-trouble">
        {state.kind === 'trouble' && (
          <p className={classes.trouble}>
            <Icon name="warning" size={18} />
            {t(`sound.trouble.${state.why}`)}
            <Button size="xs" variant="default" onClick={open}>
              {t('app.retry')}
            </Button>
          </p>
        )}
      </div>
    </div>
  );
}

function SpeakerCard() {
  const { t } = useTranslation();
  const { isOn, play } = useTestTone();
  return (
    <div className={classes.card}>
      <OutputSelect what="speaker" label={t('sound.speaker')} />
      <Button
        variant="light"
        className={classes.start ?? ''}
        leftSection={<Icon name="volume" size={18} />}
        disabled={isOn}
        onClick={play}
        data-testid="play-tone"
      >
        {t('sound.play')}
      </Button>
    </div>
  );
}

const toneMilliseconds = 1_000;

/** A second of a tone at the loudspeaker that calls are heard at. */
function useTestTone() {
  const [isOn, setOn] = useState(false);
  useEffect(() => {
    if (!isOn) return undefined;
    player.unlock();
    const stop = player.start('ringback');
    const timer = setTimeout(() => setOn(false), toneMilliseconds);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [isOn]);
  return { isOn, play: () => setOn(true) };
}

interface OutputProperties {
  readonly what: 'speaker' | 'ringer';
  readonly label: string;
  readonly hint?: string;
}

type WithPicker = MediaDevices & { selectAudioOutput?: () => Promise<MediaDeviceInfo> };

/** Where a browser does not let a page choose, words; where it must be asked by name, a button. */
function OutputSelect({ what, label, hint }: OutputProperties) {
  const { t } = useTranslation();
  const outputs = devicesOf('audiooutput', useWatched(deviceList));
  const media = navigator.mediaDevices as WithPicker | undefined;
  const mayAsk = outputs.length === 0 && media?.selectAudioOutput !== undefined;
  if (!canChooseOutput()) {
    return (
      <p>
        {label}: <span className={classes.small}>{t('sound.noChoice')}</span>
      </p>
    );
  }
  const ask = async () => {
    const device = await media?.selectAudioOutput?.().catch(() => undefined);
    if (device === undefined) return;
    await deviceList.refresh();
    choice.change({ [what]: { id: device.deviceId, label: device.label } });
  };
  return (
    <>
      <DeviceSelect what={what} label={label} {...(hint === undefined ? {} : { hint })} />
      {mayAsk && (
        <Button
          size="xs"
          variant="default"
          className={classes.start ?? ''}
          aria-label={`${t('sound.pick')}: ${label}`}
          onClick={() => void ask()}
        >
          {t('sound.pick')}
        </Button>
      )}
    </>
  );
}

function RingCard() {
  const { t } = useTranslation();
  const { ring, loudness } = useWatched(choice);
  const { isRinging, toggle } = useRingNow();
  return (
    <div className={classes.card}>
      <OutputSelect what="ringer" label={t('sound.ringer')} hint={t('sound.ringerHint')} />
      <NativeSelect
        label={t('sound.ring')}
        value={ring}
        onChange={({ currentTarget: { value } }) => isRing(value) && choice.change({ ring: value })}
        data={rings.map((each) => ({ value: each, label: t(`sound.rings.${each}`) }))}
        data-testid="choose-ring"
      />
      <Loudness value={loudness} />
      <Button
        variant="light"
        className={classes.start ?? ''}
        leftSection={<Icon name="bell" size={18} />}
        onClick={toggle}
        data-testid="ring-now"
      >
        {isRinging ? t('welcome.ringStop') : t('sound.ringNow')}
      </Button>
    </div>
  );
}

function Loudness({ value }: { readonly value: number }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={classes.range}>
      <label htmlFor={id}>{t('sound.loudness')}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={100}
        step={5}
        value={value}
        aria-valuetext={value === 0 ? t('sound.ringsSilently') : `${value} %`}
        onChange={(event) => choice.change({ loudness: Number(event.currentTarget.value) })}
        data-testid="loudness"
      />
      <output htmlFor={id} className={classes.small}>
        {value === 0 ? t('sound.ringsSilently') : `${value} %`}
      </output>
    </div>
  );
}

function EchoCard({ onEcho }: Pick<Properties, 'onEcho'>) {
  const { t } = useTranslation();
  const verdict = useWatched(lastVerdict);
  return (
    <div className={classes.card}>
      <div>
        <h2 className={classes.subtitle}>{t('welcome.echo')}</h2>
        <p className={classes.small}>{t('sound.echoHint')}</p>
      </div>
      {verdict !== null && verdict.kind !== 'waiting' && (
        <p data-testid="last-echo">
          {t('sound.lastTest')} {verdictText(verdict, t)}{' '}
          {verdict.kind === 'heard' && numbersText(verdict, t)}
        </p>
      )}
      <Button
        variant="light"
        className={classes.start ?? ''}
        leftSection={<Icon name="phone" size={18} />}
        disabled={onEcho === undefined}
        onClick={onEcho}
        data-testid="call-echo"
      >
        {t('sound.callEcho')}
      </Button>
    </div>
  );
}
