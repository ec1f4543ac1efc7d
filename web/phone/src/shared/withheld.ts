// SPDX-License-Identifier: Apache-2.0

/** In place of a number that its owner withholds (RFC 3323 §4.1): nobody can be called by it. */
export const isWithheld = (number: string): boolean => number.toLowerCase() === 'anonymous';
