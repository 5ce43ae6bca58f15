import type { Clock } from '../../base/clock.ts';
import type { FaultPlan } from '../../base/fault-plan.ts';
import type { FaultEffect } from '../../base/faults.ts';

/*
 * How NFC transfers translate the fault vocabulary (base/faults.ts). The operations are `nfc.get` and `nfc.put`, the subject is the VM's id.
 * An `error` has an HTTP status as its code, or is `corrupt`: one bit of the VMDK is turned over. `afterBytes` counts bytes of the VMDK, in both
 * directions; `close` cuts the connection in the middle of it, or, with `afterwards`, when all is transferred.
 */

/** Where a transfer is cut, and where a bit is turned over, when the fault does not say: behind the header, in the first grain. */
const IN_FIRST_GRAIN = 64 * 1024 + 16;

/** A planned fault cuts the connection. */
export class TransferCut extends Error {}

export interface TransferFault {
  /** The HTTP status to answer at once. */
  readonly status?: number;
  /** Lets a VMDK pass, or what the fault makes of it. */
  readonly pass: (bytes: AsyncIterable<Uint8Array>, signal: AbortSignal) => AsyncIterable<Uint8Array>;
  /** The connection is to be cut instead of the end of the answer. */
  readonly cutAfterwards?: boolean;
}

const none: TransferFault = { pass: (bytes) => bytes };

/** Takes the fault planned for a transfer; waits when it is a delay. */
export async function transferFault(
  scene: { readonly faults: FaultPlan; readonly clock: Clock; readonly signal: AbortSignal },
  operation: 'nfc.get' | 'nfc.put',
  vm: string,
): Promise<TransferFault> {
  const effect = scene.faults.take(operation, vm);
  if (effect?.kind === 'delay') await scene.clock.sleep(effect.ms, scene.signal);
  if (effect?.kind === 'kill') process.kill(process.pid, 'SIGKILL');
  return effect ? translate(effect) : none;
}

function translate(effect: FaultEffect): TransferFault {
  switch (effect.kind) {
    case 'error':
      if (effect.code === 'corrupt') return { pass: corrupt };
      return { ...none, status: Number(effect.code) || 500 };
    case 'truncate':
      return { pass: (bytes) => upTo(bytes, effect.afterBytes ?? IN_FIRST_GRAIN) };
    case 'stall':
      return { pass: (bytes, signal) => stalling(upTo(bytes, effect.afterBytes ?? 0), signal) };
    case 'close':
      return effect.afterwards === true ? { ...none, cutAfterwards: true } : { pass: (bytes) => cutting(bytes) };
    default:
      return none;
  }
}

async function* upTo(bytes: AsyncIterable<Uint8Array>, limit: number): AsyncIterable<Uint8Array> {
  let left = limit;
  if (left === 0) return;
  for await (const piece of bytes) {
    yield piece.subarray(0, left);
    left -= piece.length;
    if (left <= 0) return;
  }
}

/** Ends only by the signal. */
async function* stalling(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<Uint8Array> {
  yield* bytes;
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  if (signal.aborted) reject(signal.reason);
  await promise;
}

async function* cutting(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  yield* upTo(bytes, IN_FIRST_GRAIN);
  throw new TransferCut('A planned fault cut the connection.');
}

async function* corrupt(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let position = 0;
  for await (const piece of bytes) {
    const at = IN_FIRST_GRAIN - position;
    position += piece.length;
    if (at < 0 || at >= piece.length) {
      yield piece;
      continue;
    }
    const changed = Buffer.from(piece);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    yield changed;
  }
}
