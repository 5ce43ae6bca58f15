import { createHash, type Hash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { World } from '../vcenter/core/world.ts';
import { VimFault } from '../vcenter/soap/faults.ts';
import type { MoRef } from '../vcenter/soap/values.ts';
import { fileNameOf } from '../vcenter/vm/naming.ts';
import { GrainRuns } from './grain-runs.ts';
import type { LeaseDevice, NfcLease } from './lease.ts';
import type { NfcOptions } from './options.ts';
import { TransferCut, type TransferFault, transferFault } from './transfer-faults.ts';
import { decodeVmdk } from './vmdk/decoder.ts';
import { encodeVmdk } from './vmdk/encoder.ts';
import { VmdkError } from './vmdk/format.ts';

/** Who serves a transfer: one host, or vCenter, which serves for all of them. */
export interface Endpoint {
  readonly host: MoRef | undefined;
  transfers: number;
}

interface Transfer {
  readonly lease: NfcLease;
  readonly device: LeaseDevice;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the lease ends or the client goes away. */
  readonly signal: AbortSignal;
}

/** Serves `/nfc/<ticket>/<device>`: GET a disk as a streamOptimized VMDK, PUT or POST one into a new disk. */
export class Transfers {
  readonly #world: World;
  readonly #options: NfcOptions;
  #kept = 0;

  constructor(world: World, options: NfcOptions) {
    this.#world = world;
    this.#options = options;
  }

  /** Answers a request whose path begins with `/nfc/`. */
  async handle(request: IncomingMessage, response: ServerResponse, endpoint: Endpoint): Promise<void> {
    const [, , ticket = '', name = ''] = (request.url ?? '').replace(/\?.*$/, '').split('/');
    const lease = this.#world.leases.withTicket(ticket);
    const elsewhere = endpoint.host && lease?.vm?.settings.host.value !== endpoint.host.value;
    if (!lease || elsewhere) return answer(response, 404);
    const reading = request.method === 'GET' || request.method === 'HEAD';
    if (!reading && request.method !== 'PUT' && request.method !== 'POST') return answer(response, 405);
    if (reading === (lease.kind === 'import')) return answer(response, 405);
    const extra = lease.extras.find((each) => each.name === name);
    if (extra) return answer(response, 200, extra.content);
    const device = lease.devices.find((each) => each.name === name);
    if (!device) return answer(response, 404);
    if (endpoint.transfers >= (this.#options.maxTransfers ?? Number.POSITIVE_INFINITY)) return answer(response, 503);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([lease.over.signal, gone.signal]);
    const transfer: Transfer = { lease, device, request, response, signal };
    const done = this.#transfer(transfer, reading);
    lease.transfers.add(done);
    endpoint.transfers += 1;
    await done;
    endpoint.transfers -= 1;
    lease.transfers.delete(done);
  }

  /** Never rejects. */
  async #transfer(transfer: Transfer, reading: boolean): Promise<void> {
    const { lease, device, response, signal } = transfer;
    const { faults, clock, logger } = this.#world;
    try {
      const operation = reading ? 'nfc.get' : 'nfc.put';
      const fault = await transferFault({ faults, clock, signal }, operation, lease.vm?.ref.value ?? '');
      if (fault.status !== undefined) return answer(response, fault.status);
      if (reading) await this.#download(transfer, fault);
      else await device.turn.run(() => this.#upload(transfer, fault));
    } catch (error) {
      logger.debug({ lease: lease.ref.value, device: device.name, reason: String(error) }, 'An NFC transfer failed.');
      if (!(error instanceof VmdkError) || signal.aborted) {
        response.destroy();
        return;
      }
      answer(response, 500, `The VMDK cannot be written: ${error.message}`);
      // The client may still be sending, and is to see the answer.
      transfer.request.resume();
      const reason = `Failed to write ${device.name}: ${error.message}`;
      this.#world.leases.fail(lease, new VimFault('SystemError', reason, { reason }));
    }
  }

  async #download({ device, request, response, signal }: Transfer, fault: TransferFault): Promise<void> {
    // As from a host, which does not know the length of what it only makes.
    response.writeHead(200, { 'Content-Type': 'application/x-vnd.vmware-streamVmdk' });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const { file } = device;
    const sha1 = createHash('sha1');
    const vmdk = encodeVmdk(file, { name: device.name, cid: file.uuid.replaceAll('-', '').slice(-8) });
    let sizeBytes = 0;
    const counted = counting(fault.pass(vmdk, signal), device, sha1, (length) => {
      sizeBytes += length;
    });
    await pipeline(Readable.from(counted), response, { signal, end: fault.cutAfterwards !== true });
    if (fault.cutAfterwards === true) throw new TransferCut('A planned fault cut the connection.');
    device.finished = { sizeBytes, sha1: sha1.digest('hex') };
  }

  async #upload({ lease, device, request, response, signal }: Transfer, fault: TransferFault): Promise<void> {
    const { file } = device;
    await using copy = await this.#copyOf(lease, device);
    const received = fault.pass(request.iterator({ destroyOnReturn: false }), signal);
    const cut = () => void request.destroy();
    signal.addEventListener('abort', cut, { once: true });
    const sha1 = createHash('sha1');
    let sizeBytes = 0;
    const counted = counting(received, device, sha1, async (length, piece) => {
      signal.throwIfAborted();
      sizeBytes += length;
      await copy?.write(piece);
    });
    // A second try begins anew.
    await file.clear();
    const target = new GrainRuns((offset, data) => file.write(offset, data));
    try {
      const write = (offset: number, data: Buffer) => target.add(offset, data);
      await decodeVmdk(counted, { capacityBytes: file.capacityBytes, write });
      await target.flush();
    } finally {
      signal.removeEventListener('abort', cut);
    }
    device.finished = { sizeBytes, sha1: sha1.digest('hex') };
    if (fault.cutAfterwards === true) throw new TransferCut('A planned fault cut the connection.');
    answer(response, request.method === 'PUT' ? 201 : 200);
  }

  async #copyOf(lease: NfcLease, device: LeaseDevice) {
    const { keepUploads } = this.#options;
    if (keepUploads === undefined) return undefined;
    await mkdir(keepUploads, { recursive: true });
    this.#kept += 1;
    const number = String(this.#kept).padStart(4, '0');
    const path = join(keepUploads, `${number}-${fileNameOf(lease.vm?.name ?? '')}-${device.name}`);
    device.kept.push(path);
    return open(path, 'w');
  }
}

async function* counting(
  bytes: AsyncIterable<Uint8Array>,
  device: LeaseDevice,
  hash: Hash,
  seen: (length: number, piece: Uint8Array) => void | Promise<void>,
): AsyncIterable<Uint8Array> {
  for await (const piece of bytes) {
    device.transferredBytes += piece.length;
    hash.update(piece);
    await seen(piece.length, piece);
    yield piece;
  }
}

function answer(response: ServerResponse, status: number, body: string | Buffer = ''): void {
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/octet-stream';
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
