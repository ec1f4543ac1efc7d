// SPDX-License-Identifier: Apache-2.0
/** The other side. The name is what signalling or the directory said, '' when neither knows. */
export interface Party {
  readonly number: string;
  readonly name: string;
}
