// SPDX-License-Identifier: Apache-2.0
import { outcomeOfMicrophone, type Outcome } from './outcome';
import { closeMicrophone } from './sounds';

interface Surroundings {
  readonly open: () => Promise<MediaStream>;
  readonly goesOn: (id: string) => boolean;
  readonly keep: (id: string, microphone: MediaStream) => void;
  readonly onDenied: (id: string, outcome: Outcome) => void;
}

/** A microphone for a call, which may be over before the person has allowed it: null then, or without one. */
export async function openMicrophone(
  id: string,
  around: Surroundings,
): Promise<MediaStream | null> {
  try {
    const microphone = await around.open();
    if (around.goesOn(id)) {
      around.keep(id, microphone);
      return microphone;
    }
    closeMicrophone(microphone);
  } catch (error) {
    if (around.goesOn(id)) around.onDenied(id, outcomeOfMicrophone(error));
  }
  return null;
}
