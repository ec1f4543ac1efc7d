// Telephones are heard in real time, and a machine may have had something else to do: what failed is tried once more.

/**
 * `tryOut` once, or twice; true when once was enough. `told(error)` lets all hang up and gives what they saw. An error
 * begins with what was wrong, as whoever sees only its first lines must know it.
 */
export async function atMostTwice(t, tryOut, told) {
  const faultOf = () => tryOut().then(() => null, (error) => error);
  const first = await faultOf();
  if (!first) return true;
  t.diagnostic(`tried again after: ${first.message}\n${await told(first)}`);
  const second = await faultOf();
  if (second) throw new Error(`${second.message}\n  (at the first try: ${first.message})\n${await told(second)}`);
  return false;
}
