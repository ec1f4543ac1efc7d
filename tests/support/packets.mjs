// A strict reader of files of packets as `dering trace --pcap` writes them: raw IP, UDP, one SIP message each.
import assert from 'node:assert/strict';

const ipv6Of = (bytes) => bytes.toString('hex').replace(/(....)(?!$)/g, '$1:');

/** What all 16-bit words add up to (RFC 1071): 0xffff if they hold a right checksum. */
function sumOf(bytes) {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at] << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

function readPacket(ip) {
  const version = ip[0] >> 4;
  assert.ok(version === 4 || version === 6);
  const size = version === 4 ? 20 : 40;
  if (version === 4) assert.equal(sumOf(ip.subarray(0, size)), 0xffff);
  assert.equal(version === 4 ? ip.readUInt16BE(2) : ip.readUInt16BE(4) + size, ip.length);
  assert.equal(ip[version === 4 ? 9 : 6], 17);
  const addresses = ip.subarray(version === 4 ? 12 : 8, size);
  const [from, to] = [addresses.subarray(0, addresses.length / 2), addresses.subarray(addresses.length / 2)];
  const udp = ip.subarray(size);
  assert.equal(udp.readUInt16BE(4), udp.length);
  assert.equal(sumOf(Buffer.concat([addresses, Buffer.from([0, 17]), udp.subarray(4, 6), udp])), 0xffff);
  const textOf = (address) => (version === 4 ? address.join('.') : ipv6Of(address));
  return {
    from: { address: textOf(from), port: udp.readUInt16BE(0) },
    to: { address: textOf(to), port: udp.readUInt16BE(2) },
    text: udp.subarray(8).toString('utf8'),
  };
}

export function readPackets(file) {
  assert.equal(file.readUInt32LE(0), 0xa1b2c3d4);
  assert.deepEqual([file.readUInt16LE(4), file.readUInt16LE(6)], [2, 4]);
  assert.equal(file.readUInt32LE(20), 101, 'packets begin with IP');
  const packets = [];
  for (let at = 24; at < file.length; ) {
    const size = file.readUInt32LE(at + 8);
    assert.equal(file.readUInt32LE(at + 12), size);
    const packet = readPacket(file.subarray(at + 16, at + 16 + size));
    packets.push({ at: file.readUInt32LE(at) + file.readUInt32LE(at + 4) / 1e6, ...packet });
    at += 16 + size;
  }
  return packets;
}
