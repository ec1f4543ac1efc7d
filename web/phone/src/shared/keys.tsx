// SPDX-License-Identifier: Apache-2.0
import classes from './keys.module.css';

const keys = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
] as const;

export const isKey = (key: string): boolean => keys.some(([name]) => name === key);

/** The twelve keys of a telephone. */
export function Keys({
  onKey,
  label,
}: {
  readonly onKey: (key: string) => void;
  readonly label: string;
}) {
  return (
    <div className={classes.keys} role="group" aria-label={label}>
      {keys.map(([key, letters]) => (
        <button
          key={key}
          type="button"
          className={classes.key}
          onClick={() => onKey(key)}
          data-testid={`key-${key}`}
        >
          <span className={classes.digit}>{key}</span>
          <span className={classes.letters} aria-hidden="true">
            {letters}
          </span>
        </button>
      ))}
    </div>
  );
}
