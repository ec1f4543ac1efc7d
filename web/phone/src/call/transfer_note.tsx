// SPDX-License-Identifier: Apache-2.0
import type { Talking } from '@dering/sip/state';
import { isUnderWay } from '@dering/sip/joining';
import { CloseButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import { useTelephone } from './telephone_context';
import classes from './transfer.module.css';
import { noteText } from './transfer_text';

/** What becomes of sending on whom this call is with; nothing while nobody is sent on. */
export function TransferNote({ call }: { readonly call: Talking }) {
  const { t } = useTranslation();
  const telephone = useTelephone();
  if (call.transfer === null) return null;
  const isGoing = isUnderWay(call);
  return (
    <div
      className={classes.note}
      data-fault={call.transfer.stage === 'failed' || undefined}
      data-stage={call.transfer.stage}
      data-why={call.transfer.why ?? undefined}
      data-testid="transfer-note"
    >
      <Icon name={isGoing ? 'transfer' : 'warning'} size={18} />
      <p>{noteText(call, t)}</p>
      {call.transfer.stage === 'failed' && (
        <CloseButton
          size="sm"
          aria-label={t('transfer.close')}
          onClick={() => telephone.transfers.dismiss()}
        />
      )}
    </div>
  );
}
