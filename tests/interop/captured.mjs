// What went over a line: RTP of a capture of bare IPv4 packets (bad_line.py).
import { readFile } from 'node:fs/promises';
import { ofALaw, ofMuLaw } from './g711.mjs';

/** All RTP: { at: Unix time in ms, flow: "10.98.1.2:4000 10.203.7.1:5000", type, sequence, timestamp, payload }. */
async function packetsOf(path) {
  const file = await readFile(path);
  const packets = [];
  for (let at = 24; at + 16 <= file.length; ) {
    const size = file.readUInt32LE(at + 8);
    if (at + 16 + size > file.length) break;
    const packet = rtpOf(file.subarray(at + 16, at + 16 + size));
    if (packet) packets.push({ at: file.readUInt32LE(at) * 1000 + file.readUInt32LE(at + 4) / 1000, ...packet });
    at += 16 + size;
  }
  return packets;
}

function rtpOf(packet) {
  const head = (packet[0] & 15) * 4;
  const rtp = packet.subarray(head + 8);
  // RTCP is told apart by its packet types (RFC 5761 §4); DTLS and STUN by the first byte (RFC 7983).
  const isRtp = packet[0] >> 4 === 4 && packet[9] === 17 && rtp.length > 12 && rtp[0] >> 6 === 2 && (rtp[1] < 192 || rtp[1] > 223);
  if (!isRtp) return undefined;
  const end = (address, port) => `${[...packet.subarray(address, address + 4)].join('.')}:${packet.readUInt16BE(port)}`;
  return {
    flow: `${end(12, head)} ${end(16, head + 2)}`,
    type: rtp[1] & 127,
    sequence: rtp.readUInt16BE(2),
    timestamp: rtp.readUInt32BE(4),
    payload: rtp.subarray(12),
  };
}

const decoders = { 0: ofMuLaw, 8: ofALaw };

/** The sound of packets of G.711 as it was sent, with the time of its beginning. */
function soundOf(packets) {
  const first = packets[0].timestamp;
  const offsets = packets.map(({ timestamp }) => (timestamp - first) >>> 0);
  const samples = new Float32Array(Math.max(...offsets) + 960);
  packets.forEach(({ payload, type }, i) => samples.set(Float32Array.from(payload, decoders[type]), offsets[i]));
  return { rate: 8000, samples, at: Math.min(...packets.map(({ at }, i) => at - offsets[i] / 8)) };
}

/** What a line did to one stream, whose packets `isIt` knows, of what went in between two times. */
export async function passage(prefix, isIt, [begin, end]) {
  const [came, left] = await Promise.all(['in', 'out'].map(async (way) => (await packetsOf(`${prefix}-${way}.pcap`)).filter((packet) => packet.at >= begin && isIt(packet))));
  const arrived = new Set(left.map(({ flow, sequence }) => `${flow} ${sequence}`));
  const sent = came.filter(({ at }) => at < end);
  const lost = sent.filter(({ flow, sequence }) => !arrived.has(`${flow} ${sequence}`));
  return { sent: sent.length, lost: lost.length / sent.length, sound: decoders[sent[0]?.type] ? soundOf(sent) : undefined };
}
