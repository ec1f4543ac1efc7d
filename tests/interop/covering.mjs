// Which cases are tried where all of them would take hours.
const roles = ['transferor', 'transferee', 'target'];
const pairsOfRoles = [[0, 1], [0, 2], [1, 2]];
const pairsIn = (row) => pairsOfRoles.map(([a, b]) => `${roles[a]} ${row[roles[a]]}, ${roles[b]} ${row[roles[b]]}`);

/** Each pair of kinds in each pair of roles, of those that there are in rows that are allowed. */
export const pairsOf = (kinds, isAllowed) => new Set(rowsOf(kinds).filter(isAllowed).flatMap(pairsIn));
export const coveredBy = (rows) => new Set(rows.flatMap(pairsIn));

const rowsOf = (kinds) => kinds.flatMap((transferor) => kinds.flatMap((transferee) => kinds.map((target) => ({ transferor, transferee, target }))));

/**
 * Few { transferor, transferee, target } of these kinds, among which each kind in each role meets each kind in each
 * other role: the row with most pairs that are new comes next, until none is new.
 */
export function coveringRows(kinds, isAllowed) {
  const rows = rowsOf(kinds).filter(isAllowed);
  const chosen = [];
  const covered = new Set();
  for (;;) {
    const newIn = (row) => pairsIn(row).filter((pair) => !covered.has(pair)).length;
    const best = rows.reduce((found, row) => (newIn(row) > newIn(found) ? row : found));
    if (newIn(best) === 0) return chosen;
    chosen.push(best);
    for (const pair of pairsIn(best)) covered.add(pair);
  }
}
