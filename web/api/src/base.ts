// SPDX-License-Identifier: Apache-2.0

/**
 * Where the page lies on its server: "/", or "/phone/" behind a proxy that has it below a path. The
 * page has no addresses of its own but that one and the one that a provider sends the browser back
 * to.
 */
export const basePath = (): string =>
  location.pathname.replace(/\/auth\/callback$/, '/').replace(/[^/]*$/, '');

/** The same with the origin and without the last slash: "https://www.example/phone". */
export const baseAddress = (): string => location.origin + basePath().slice(0, -1);

/** A path of the server ("/api/v1/me") as this page reaches it. */
export const at = (path: string): string => basePath() + path.slice(1);
