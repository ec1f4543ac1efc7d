// Private keys made here. Node's own key object shares a lock with the job that made it: where that is
// collected while the key is written as a JWK, the process waits for itself for ever. So the key goes
// through PEM once, and is nobody else's then.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';

const asPem = { privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } };

/** A private key (KeyObject): 'RS256' has 2,048 bits of RSA, 'ES256' is of P-256. */
export function newPrivateKey(algorithm) {
  const made = algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256', ...asPem }) : generateKeyPairSync('rsa', { modulusLength: 2048, ...asPem });
  return createPrivateKey(made.privateKey);
}
