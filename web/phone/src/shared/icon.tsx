// SPDX-License-Identifier: Apache-2.0

const handset =
  'M6.6 3.5h2.2l1.7 4.3-2.2 1.6a12 12 0 0 0 6.3 6.3l1.6-2.2 4.3 1.7v2.2a2.6 2.6 0 0 1-2.8 2.6A17 17 0 0 1 4 6.3a2.6 2.6 0 0 1 2.6-2.8Z';

const paths = {
  phone: handset,
  hangUp: handset,
  microphone:
    'M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3Zm-6 8a6 6 0 0 0 12 0M12 17.5v3',
  microphoneOff:
    'M9 9v2.5a3 3 0 0 0 4.5 2.6M15 11V6.5a3 3 0 0 0-5.8-1M6 11.5a6 6 0 0 0 9.3 5M18 11.5a6 6 0 0 1-.5 2.4M12 17.5v3M4 4l16 16',
  camera:
    'M4 7.5h10a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 15V9A1.5 1.5 0 0 1 4 7.5ZM15.5 11l5-3v8l-5-3',
  cameraOff:
    'M9 7.5h5a1.5 1.5 0 0 1 1.5 1.5v5M14.5 16.5H4A1.5 1.5 0 0 1 2.5 15V9A1.5 1.5 0 0 1 4 7.5h1M15.5 11l5-3v8l-3-1.8M4 4l16 16',
  screen: 'M3.5 5h17v11.5h-17ZM8.5 20h7M12 16.5V20M12 13.5v-5M9.5 10.8 12 8.3l2.5 2.5',
  keypad:
    'M6 5.5v.01M12 5.5v.01M18 5.5v.01M6 11v.01M12 11v.01M18 11v.01M6 16.5v.01M12 16.5v.01M18 16.5v.01M12 21v.01',
  search: 'M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12Zm4.5 10.5 4.5 4.5',
  lock: 'M6.5 10.5h11v9h-11Zm2-.2V8a3.5 3.5 0 0 1 7 0v2.3',
  bell: 'M6.5 17v-5.5a5.5 5.5 0 0 1 11 0V17M4.5 17h15M10.5 20h3',
  bellOff:
    'M9 7a5.5 5.5 0 0 1 8.5 4.5v3M6.5 17v-5.5a5.5 5.5 0 0 1 .3-1.8M4.5 17h12M10.5 20h3M4 4l16 16',
  volume: 'M4 9.5v5h3.5l5 4v-13l-5 4ZM16 9a4.2 4.2 0 0 1 0 6M18.6 6.5a8 8 0 0 1 0 11',
  sun: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z',
  people:
    'M9 5a3.2 3.2 0 1 1 0 6.4A3.2 3.2 0 0 1 9 5ZM3 19.5c0-3.3 2.7-5.2 6-5.2s6 1.9 6 5.2M15.5 5.2a3.2 3.2 0 0 1 0 6M17 14.6c2.4.5 4 2.3 4 4.9',
  clock: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16Zm0 4v4.3l2.8 1.7',
  close: 'M6 6l12 12M18 6 6 18',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  down: 'M6 9.5l6 6 6-6',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  incoming: 'M18 6 7 17M7 8.5V17h8.5',
  outgoing: 'M6 18 17 7M8.5 7H17v8.5',
  backspace: 'M9 6h11v12H9l-5.5-6ZM12.5 9.5l5 5M17.5 9.5l-5 5',
  deskPhone:
    'M4.5 8.5c0-2.2 3.4-3.8 7.5-3.8s7.5 1.6 7.5 3.8v1.3h-3.8V8.3a12.5 12.5 0 0 0-7.4 0v1.5H4.5ZM8.3 9.8 5 19.3h14l-3.3-9.5M12 12.3a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.6',
  browser: 'M3.5 5h17v14h-17ZM3.5 9.5h17M6.5 7.3v.01M9.5 7.3v.01',
  sync: 'M19.5 12a7.5 7.5 0 0 1-13.4 4.6M4.5 12a7.5 7.5 0 0 1 13.4-4.6M18.5 3.5v4h-4M5.5 20.5v-4h4',
  copy: 'M9 9h10.5v10.5H9ZM5.5 15H4.5V4.5H15v1',
  trash: 'M5 7h14M10 4h4M7 7l.8 12.5h8.4L17 7M10.3 10.5v5.5M13.7 10.5v5.5',
  plus: 'M12 5.5v13M5.5 12h13',
  pause: 'M9 6v12M15 6v12',
  play: 'M8 5.5v13L19 12Z',
  swap: 'M7 19V6.5M3.5 10 7 6.5l3.5 3.5M17 5v12.5M13.5 14l3.5 3.5 3.5-3.5',
  transfer: 'M4 17v-2.5a5 5 0 0 1 5-5h10M14.5 5 19 9.5 14.5 14',
  forward: 'M4 12h12.5M12 6.5l5.5 5.5-5.5 5.5M20.5 5v14',
  more: 'M5.5 12v.01M12 12v.01M18.5 12v.01',
  message: 'M4.5 5.5h15v10.5h-8.5l-4 3.5v-3.5h-2.5ZM8 9.5h8M8 12.5h5',
  connect: 'M5 8.5h7a3.5 3.5 0 0 1 0 7H5M8 5.5 5 8.5l3 3M19 15.5h-2.5M19 8.5h-2.5',
  park: 'M5.5 4.5h13v15h-13ZM10 16.5v-9h3a2.5 2.5 0 0 1 0 5h-3',
  music:
    'M9 17.5V6.5L19 4.5v11M9 17.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0ZM19 15.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z',
  server: 'M5 4.5h14v6H5ZM5 13.5h14v6H5ZM8.5 7.5v.01M8.5 16.5v.01',
  signal: 'M5 19v-3M10 19v-7M15 19V9M20 19V5M4 4l4 4M8 4 4 8',
  warning: 'M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17v.01',
} as const;

export type IconName = keyof typeof paths;

const dotted = new Set<IconName>(['keypad', 'more']);

/** A line drawing. Always beside or inside something with a name, so hidden from screen readers. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={dotted.has(name) ? 2.6 : 1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} transform={name === 'hangUp' ? 'rotate(135 12 12)' : undefined} />
    </svg>
  );
}
