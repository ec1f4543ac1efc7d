// SPDX-License-Identifier: Apache-2.0
import { isAnswering, type Call, type RingingIn, type Talking } from '@dering/sip/state';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import { nameOf, stateText } from './call_text';
import classes from './other_bar.module.css';
import { useTelephone } from './telephone_context';

interface Properties {
  readonly front: Call | null;
  readonly other: RingingIn | Talking;
}

/** The call beside the one in front: it waits to be answered, or is on hold. */
export function OtherBar({ front, other }: Properties) {
  if (other.kind === 'ringing-in') return <Waiting call={other} front={front} />;
  return <Held call={other} canSwap={front?.kind === 'talking'} />;
}

function Waiting({ call, front }: { readonly call: RingingIn; readonly front: Call | null }) {
  const { t } = useTranslation();
  const telephone = useTelephone();
  const name = nameOf(call.party, t);
  const hint = front === null ? '' : t('waiting.hint', { name: nameOf(front.party, t) });
  return (
    <section
      className={classes.bar}
      role="alertdialog"
      aria-labelledby="waiting-name"
      aria-describedby="waiting-hint"
      data-kind="waiting"
      data-testid="waiting"
    >
      <Icon name="bell" />
      <p className={classes.texts}>
        <strong id="waiting-name" className={classes.name}>
          {t('waiting.calls', { name })}
        </strong>
        <span id="waiting-hint" className={classes.hint}>
          {hint}
        </span>
      </p>
      <div className={classes.buttons}>
        <Button
          variant="default"
          onClick={() => telephone.decline('busy')}
          title={t('waiting.busyHint')}
          data-testid="waiting-busy"
        >
          {t('waiting.busy')}
        </Button>
        <Button
          variant="light"
          color="red"
          onClick={() => telephone.decline()}
          data-testid="waiting-decline"
        >
          {t('incoming.decline')}
        </Button>
        <Button
          color="green"
          loading={isAnswering(call)}
          aria-keyshortcuts="A"
          onClick={() => void telephone.answer()}
          data-testid="waiting-answer"
        >
          {t('incoming.answer')}
        </Button>
      </div>
    </section>
  );
}

function Held({ call, canSwap }: { readonly call: Talking; readonly canSwap: boolean }) {
  const { t } = useTranslation();
  const telephone = useTelephone();
  const name = nameOf(call.party, t);
  return (
    <section
      className={classes.bar}
      aria-label={t('other.bar', { name })}
      data-kind="held"
      data-testid="other"
    >
      <Icon name="pause" />
      <p className={classes.texts}>
        <strong className={classes.name}>{name}</strong>
        <span className={classes.hint} data-testid="other-state">
          {stateText(call, t)}
        </span>
      </p>
      <div className={classes.buttons}>
        <Button
          variant="light"
          leftSection={<Icon name="swap" size={18} />}
          disabled={!canSwap}
          aria-keyshortcuts="S"
          onClick={() => telephone.swap()}
          data-testid="swap"
        >
          {t('other.swap')}
        </Button>
      </div>
    </section>
  );
}
