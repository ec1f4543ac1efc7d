// SPDX-License-Identifier: Apache-2.0

/** Whether a value from outside is what its type says, in every part. */
export type Shape<T> = (value: unknown) => value is T;

/** Longer than anything that is shown, and short enough to be no burden. */
const longestText = 4096;
const longestList = 10_000;

export const text: Shape<string> = (value): value is string =>
  typeof value === 'string' && value.length <= longestText;

export const number: Shape<number> = (value): value is number => Number.isFinite(value);

export const yesOrNo: Shape<boolean> = (value): value is boolean => typeof value === 'boolean';

export function oneOf<const T extends string>(...values: readonly T[]): Shape<T> {
  return (value): value is T => values.some((each) => each === value);
}

export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value): value is T | null => value === null || shape(value);
}

/** Of a part that need not be there. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value): value is T | undefined => value === undefined || shape(value);
}

export function listOf<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value): value is readonly T[] =>
    Array.isArray(value) && value.length <= longestList && value.every((each) => shape(each));
}

export function record<T extends object>(
  parts: Required<{ readonly [K in keyof T]: Shape<T[K]> }>,
): Shape<T> {
  const entries = Object.entries<Shape<unknown>>(parts as Record<string, Shape<unknown>>);
  return (value): value is T => {
    if (typeof value !== 'object' || value === null) return false;
    const fields = new Map(Object.entries(value));
    return entries.every(([name, shape]) => shape(fields.get(name)));
  };
}

/** One of several, which differ by the value of one field. */
export function either<K extends string, T extends Readonly<Record<K, string>>>(
  field: K,
  cases: { readonly [Kind in T[K]]: Shape<Extract<T, Readonly<Record<K, Kind>>>> },
): Shape<T> {
  const shapes = new Map<unknown, Shape<unknown>>(Object.entries(cases));
  return (value): value is T => {
    if (typeof value !== 'object' || value === null) return false;
    return shapes.get(Reflect.get(value, field))?.(value) === true;
  };
}
