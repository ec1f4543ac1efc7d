// SPDX-License-Identifier: Apache-2.0

/** Answers with what it hears. */
export const echoNumber = '*43';

/** Numbers with a star are answered by the server itself. */
export const isServiceNumber = (number: string): boolean => number.startsWith('*');
