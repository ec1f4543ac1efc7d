// SPDX-License-Identifier: Apache-2.0

/** The address that was asked for; the page moves on from there without asking again. */
const opened = location.href;

/**
 * Where the page lies on its server: "/", or "/phone/" behind a proxy that has it below a path. The
 * page that was sent says where it lies from the address that was asked for.
 */
export function basePath(): string {
  const told = document.querySelector<HTMLMetaElement>('meta[name="dering-base"]')?.content;
  return new URL(told ?? './', opened).pathname;
}

/** The same with the origin and without the last slash: "https://www.example/phone". */
export const baseAddress = (): string => location.origin + basePath().slice(0, -1);

/** A path of the server ("/api/v1/me") as this page reaches it. */
export const at = (path: string): string => basePath() + path.slice(1);
