// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { contentOf, withContent } from './picture_content';

const described =
  'v=0\r\ns=-\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n';

test('a screen is said to be one in the section of the picture alone, and read there', () => {
  const said = withContent(described, 'screen');
  expect(said).toBe(`${described}a=content:slides\r\n`);
  expect(contentOf(said)).toBe('screen');
});

test('a camera needs no word', () => {
  expect(withContent(described, 'camera')).toBe(described);
  expect(contentOf(described)).toBe('camera');
});

test('what is said of the sound says nothing of the picture', () => {
  const said = described.replace('a=mid:0\r\n', 'a=mid:0\r\na=content:slides\r\n');
  expect(contentOf(said)).toBe('camera');
  const voice = described.slice(0, described.indexOf('m=video'));
  expect(withContent(voice, 'screen')).toBe(voice);
});
