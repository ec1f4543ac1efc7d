/** Prints the median of what was measured, its least and most, and the budget where there is one; false: past it. */
export function tell(what, measured, budget, unit, digits = 0) {
  const sorted = measured.toSorted((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)];
  const isMet = budget === undefined || median <= budget;
  const verdict = budget === undefined ? '' : `   budget ${budget} ${unit}${isMet ? '' : '   MISSED'}`;
  const [least, most] = [sorted[0], sorted.at(-1)].map((it) => it.toFixed(digits));
  console.log(`  ${what.padEnd(52)} median ${median.toFixed(digits).padStart(5)}   ${least} to ${most} ${unit}${verdict}`);
  return isMet;
}
