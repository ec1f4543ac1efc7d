// SPDX-License-Identifier: Apache-2.0

let context: AudioContext | null = null;

/** The page's one AudioContext, made when it is first wanted; null where there is none to be had. */
export function audioContext(): AudioContext | null {
  if (context === null && 'AudioContext' in globalThis) context = new AudioContext();
  return context;
}
