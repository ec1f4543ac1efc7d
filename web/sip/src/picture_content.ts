// SPDX-License-Identifier: Apache-2.0
// What a picture in a description shows: "a=content:slides" is a screen (RFC 4796 §5); without a
// word it is a camera.
import type { Showing } from './picture';

const slides = 'a=content:slides';
const sections = /\r\n(?=m=)/;
const isPicture = (section: string): boolean => section.startsWith('m=video ');

export function withContent(sdp: string, shown: Showing): string {
  if (shown === 'camera') return sdp;
  return sdp
    .split(sections)
    .map((each) => (isPicture(each) ? `${each.trimEnd()}\r\n${slides}` : each.trimEnd()))
    .join('\r\n')
    .concat('\r\n');
}

export function contentOf(sdp: string): Showing {
  const isScreen = sdp
    .split(sections)
    .some((each) => isPicture(each) && each.split('\r\n').includes(slides));
  return isScreen ? 'screen' : 'camera';
}
