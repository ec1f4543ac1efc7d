// ITU-T G.711.

/** A sample of µ-law, as a share of full scale. */
export function ofMuLaw(byte) {
  const code = ~byte & 255;
  const size = (((code & 15) * 2 + 33) << ((code >> 4) & 7)) - 33;
  return ((code & 128 ? -size : size) * 4) / 32_768;
}

/** A sample of A-law, as a share of full scale. */
export function ofALaw(byte) {
  const code = byte ^ 0x55;
  const [exponent, rest] = [(code >> 4) & 7, (code & 15) * 2 + 1];
  const size = exponent === 0 ? rest : (rest + 32) << (exponent - 1);
  return ((code & 128 ? size : -size) * 8) / 32_768;
}

/** A share of full scale as a sample of µ-law. */
export function muLawOf(sample) {
  const size = Math.min(Math.round(Math.abs(sample) * 8192), 8158) + 33;
  const exponent = 31 - Math.clz32(size >> 5);
  const code = (exponent << 4) | ((size >> (exponent + 1)) & 15);
  return ~(code | (sample < 0 ? 128 : 0)) & 255;
}
