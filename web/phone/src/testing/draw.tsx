// SPDX-License-Identifier: Apache-2.0
import type { Line, LineEvent } from '@dering/sip/line';
import { Telephone } from '@dering/sip/telephone';
import { MantineProvider } from '@mantine/core';
import { render, type RenderResult } from '@testing-library/react';
import type { ReactNode } from 'react';
import { vi } from 'vitest';
import { TelephoneContext } from '../call/telephone_context';
import { startLanguages } from '../i18n';

/** A registered telephone on a line that only records what it is told. */
export function fakeTelephone() {
  const line = {
    start: vi.fn<Line['start']>(),
    renew: vi.fn<Line['renew']>(),
    retire: vi.fn<Line['retire']>(),
    stop: vi.fn<Line['stop']>(),
    dial: vi.fn<Line['dial']>(),
    answer: vi.fn<Line['answer']>(),
    end: vi.fn<Line['end']>(),
    mute: vi.fn<Line['mute']>(),
    hold: vi.fn<Line['hold']>(),
    sendTone: vi.fn<Line['sendTone']>(() => true),
    transfer: vi.fn<Line['transfer']>(),
    measure: vi.fn<Line['measure']>(() => Promise.resolve(null)),
    report: vi.fn<Line['report']>(),
  };
  let calls = 0;
  let emit: (event: LineEvent) => void = () => {};
  const telephone = new Telephone({
    openLine: (listener) => {
      emit = listener;
      return line;
    },
    openMicrophone: () => Promise.resolve({ getTracks: () => [] } as unknown as MediaStream),
    play: () => {},
    requestToken: () => {},
    now: () => 0,
    newId: () => (calls++ === 0 ? 'call' : `call-${calls}`),
  });
  emit({ type: 'registered' });
  return { telephone, line, emit };
}

/** Draws with everything around it that the page puts around it. */
export async function draw(
  content: ReactNode,
  telephone = fakeTelephone().telephone,
): Promise<RenderResult> {
  await startLanguages();
  return render(
    <MantineProvider env="test">
      <TelephoneContext.Provider value={telephone}>{content}</TelephoneContext.Provider>
    </MantineProvider>,
  );
}
