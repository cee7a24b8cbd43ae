// A voice message of silence: an Ogg stream (RFC 3533) of Opus (RFC 7845), so that a bot that decodes it finds what it expects.

const rate = 48_000;
const silence = [0xf8, 0xff, 0xfe]; // 20 ms of nothing, as Opus codes it
const frame = rate / 50;
const ascii = text => [...text].map(letter => letter.codePointAt(0));
const little = (value, size) => Array.from({ length: size }, (_, at) => Math.floor(value / 256 ** at) % 256);

function checksum(bytes) {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  }
  return sum >>> 0;
}

// Flags: 2 the first page, 4 the last. The checksum is counted with its own four bytes as zero.
function page(number, flags, position, packets) {
  const head = [...ascii('OggS'), 0, flags, ...little(position, 8), ...little(1, 4), ...little(number, 4)];
  const body = [packets.length, ...packets.map(packet => packet.length), ...packets.flat()];
  return [...head, ...little(checksum([...head, 0, 0, 0, 0, ...body]), 4), ...body];
}

/** The bytes of a voice message that says nothing for `seconds` (at most 5, which is what a page of Ogg holds). */
export function silentVoice(seconds) {
  const packets = Array.from({ length: Math.min(250, seconds * 50) }, () => silence);
  return new Uint8Array([
    ...page(0, 2, 0, [[...ascii('OpusHead'), 1, 1, ...little(0, 2), ...little(rate, 4), 0, 0, 0]]),
    ...page(1, 0, 0, [[...ascii('OpusTags'), ...little(5, 4), ...ascii('wappa'), ...little(0, 4)]]),
    ...page(2, 4, packets.length * frame, packets),
  ]);
}
