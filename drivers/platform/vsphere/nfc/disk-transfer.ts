import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { abortable } from '../../../../base/abort.ts';
import type { Clock } from '../../../../base/clock.ts';
import { isDriverError } from '../../../../base/errors.ts';
import { formatAddress, type ServerAddress } from '../address.ts';
import type { PinnedAgent } from '../pinned-agent.ts';
import { IdleWatch } from './idle-watch.ts';
import { hostSilent, hostUnreachable, refusedTransfer } from './transfer-errors.ts';

/** A host may be busy with its storage for a while. */
const idleMs = 2 * 60_000;
const contentType = 'application/x-vnd.vmware-streamVmdk';

/** A leased disk's place at a host. */
export interface TransferPlace {
  readonly address: ServerAddress;
  readonly path: string;
  readonly agent: PinnedAgent;
}

/** The body as it comes, cut or not; UNREACHABLE when the connection breaks, TIMEOUT when nothing comes. */
export async function* download(
  place: TransferPlace,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  using watch = new IdleWatch(clock, idleMs, () => hostSilent(place.address, idleMs));
  const running = AbortSignal.any([signal, watch.signal]);
  const outgoing = send(place, 'GET', {}, running);
  try {
    const answered = answerTo(outgoing);
    outgoing.end();
    const answer = await watch.waitFor(answered);
    if (answer.statusCode !== 200) throw await refusedTransfer(place.address, answer);
    const pieces: AsyncIterator<Uint8Array> = answer[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await watch.waitFor(pieces.next());
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw meaning(error, place.address, signal, watch.signal);
  } finally {
    outgoing.destroy();
  }
}

/** Sends the body as it is made; resolves when the host says that it has taken all of it. */
export async function upload(
  place: TransferPlace,
  body: AsyncIterable<Uint8Array>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  using watch = new IdleWatch(clock, idleMs, () => hostSilent(place.address, idleMs));
  const running = AbortSignal.any([signal, watch.signal]);
  const outgoing = send(place, 'POST', { 'Content-Type': contentType }, running);
  try {
    // A host that cannot write the disk answers before it was sent all of it.
    const answered = answerTo(outgoing);
    const answeredEarly = new AbortController();
    answered.then(
      () => answeredEarly.abort(),
      (error: unknown) => answeredEarly.abort(error),
    );
    const isSent = await sendBody(outgoing, body, watch, answeredEarly.signal);
    const answer = await watch.waitFor(answered);
    if (answer.statusCode !== 200 && answer.statusCode !== 201) throw await refusedTransfer(place.address, answer);
    if (!isSent) throw hostUnreachable(place.address, 'it said yes to a disk before it was sent all of it');
    answer.resume();
  } catch (error) {
    throw meaning(error, place.address, signal, watch.signal);
  } finally {
    outgoing.destroy();
  }
}

/** Whether all of it was sent before an answer came. */
async function sendBody(
  outgoing: ClientRequest,
  body: AsyncIterable<Uint8Array>,
  watch: IdleWatch,
  answered: AbortSignal,
): Promise<boolean> {
  const pieces = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      // Whoever makes the body may be slow; that is no silence of the host.
      const { done, value } = await abortable(pieces.next(), answered);
      if (done) break;
      if (value.length > 0 && !outgoing.write(value)) await watch.waitFor(abortable(drained(outgoing), answered));
    }
  } catch (error) {
    if (!answered.aborted) throw error;
    return false;
  } finally {
    await pieces.return?.();
  }
  outgoing.end();
  return true;
}

function send(
  { address, path, agent }: TransferPlace,
  method: 'GET' | 'POST',
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): ClientRequest {
  return request({
    agent,
    host: address.host,
    port: address.port,
    method,
    path,
    signal,
    headers: { Host: formatAddress(address), ...headers },
  });
}

function answerTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    // Stays for good: an error after the answer must not end the process.
    outgoing.on('error', reject);
    outgoing.once('close', () => reject(new Error('The connection was closed.')));
  });
  answered.catch(() => undefined);
  return answered;
}

function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    outgoing.once('drain', resolve);
  });
}

function meaning(error: unknown, address: ServerAddress, signal: AbortSignal, silent: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (silent.aborted) return silent.reason;
  if (isDriverError(error)) return error;
  return hostUnreachable(address, error instanceof Error ? error.message : 'unknown reason', error);
}
