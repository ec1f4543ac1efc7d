// SPDX-License-Identifier: Apache-2.0
import { basePath } from '@dering/api/base';

const placeKey = 'dering.place';

/** Keeps where the person is, while the browser goes to a provider and comes back elsewhere. */
export const keepPlace = (): void => sessionStorage.setItem(placeKey, location.pathname);

/** Where they were, once; the first page where nobody was anywhere. */
export function takePlace(): string {
  const kept = sessionStorage.getItem(placeKey);
  sessionStorage.removeItem(placeKey);
  const isOurs = kept?.startsWith(basePath()) === true && !kept.startsWith('//');
  return isOurs ? kept : basePath();
}
