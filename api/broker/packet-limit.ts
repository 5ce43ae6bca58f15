import type { Socket } from 'node:net';

/**
 * Cuts a connection as soon as it announces a packet of more than `limit` bytes. The broker's parser keeps a packet until it is whole, and
 * MQTT lets one be 256 MiB, also before anybody has logged in. To be attached after the broker's own listeners: it only looks on.
 */
export function limitPackets(socket: Socket, limit: number): void {
  const meter = new PacketMeter();
  socket.on('data', (bytes: Buffer) => {
    if (meter.largest(bytes) > limit) socket.destroy();
  });
}

/** Follows the fixed headers of MQTT 3.1.1 (section 2.2): a type byte, then the length in 1 to 4 bytes of 7 bits, the low ones first. */
export class PacketMeter {
  /** Bytes of the present packet's body that are still to come. */
  #left = 0;
  /** Which byte of a header comes next: 0 is the type. */
  #place = 0;
  #length = 0;

  /** The largest body announced within these bytes, which follow those of the call before; 0 when none was. */
  largest(bytes: Buffer): number {
    let largest = 0;
    for (let index = 0; index < bytes.length; ) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, bytes.length - index);
        this.#left -= skipped;
        index += skipped;
        continue;
      }
      largest = Math.max(largest, this.#header(bytes.readUInt8(index)));
      index += 1;
    }
    return largest;
  }

  #header(byte: number): number {
    if (this.#place === 0) {
      this.#place = 1;
      this.#length = 0;
      return 0;
    }
    this.#length += (byte & 0x7f) * 128 ** (this.#place - 1);
    const isLast = (byte & 0x80) === 0 || this.#place === 4;
    this.#place = isLast ? 0 : this.#place + 1;
    if (isLast) this.#left = this.#length;
    return this.#length;
  }
}
