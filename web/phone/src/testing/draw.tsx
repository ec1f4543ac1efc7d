// SPDX-License-Identifier: Apache-2.0
import type { Handset } from '@dering/sip/handset';
import { Telephone } from '@dering/sip/telephone';
import { FakeLine } from '@dering/sip/testing/fake_line';
import { MantineProvider } from '@mantine/core';
import { render, type RenderResult } from '@testing-library/react';
import type { ReactNode } from 'react';
import { TelephoneContext } from '../call/telephone_context';
import { startLanguages } from '../i18n';

/** A registered telephone on a line in the hands of the test. */
export function fakeTelephone() {
  let line!: FakeLine;
  let calls = 0;
  const telephone = new Telephone({
    openLine: (listener) => (line = new FakeLine(listener)),
    openMicrophone: () => Promise.resolve({ getTracks: () => [] } as unknown as MediaStream),
    openPicture: () => Promise.reject(new DOMException('', 'NotAllowedError')),
    play: () => {},
    hear: () => {},
    requestToken: () => {},
    unix: () => 0,
    now: () => 0,
    newId: () => (calls++ === 0 ? 'call' : `call-${calls}`),
  });
  const emit = line.tell;
  emit({ type: 'registered' });
  return { telephone, line, emit };
}

/** Draws with everything around it that the page puts around it. */
export async function draw(
  content: ReactNode,
  telephone: Handset = fakeTelephone().telephone,
): Promise<RenderResult> {
  await startLanguages();
  return render(
    <MantineProvider env="test">
      <TelephoneContext.Provider value={telephone}>{content}</TelephoneContext.Provider>
    </MantineProvider>,
  );
}
