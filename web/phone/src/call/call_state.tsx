// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { stateText, type ActiveCall } from './call_text';
import { Timer } from './timer';

/** The state of a call in words, and of a conversation how long it lasts. */
export function CallState({ call }: { readonly call: ActiveCall }) {
  const { t } = useTranslation();
  const talking = call.kind === 'talking';
  return (
    <>
      <span
        data-testid="call-state"
        data-state={call.kind}
        data-stage={call.stage}
        data-hold={talking ? call.hold : undefined}
      >
        {stateText(call, t)}
      </span>
      {talking && (
        <>
          {' · '}
          <Timer since={call.since} />
        </>
      )}
    </>
  );
}
