import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultPlan } from '../../base/fault-plan.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import { ConnectionLost, Exchange } from '../exchange.ts';
import type { RequestLog } from '../request-log.ts';
import { objectRequestId } from '../sts/random-text.ts';
import { writeXml } from '../xml.ts';
import { serviceHosts } from './addressing.ts';
import { OssError, type PlannedOssError } from './errors.ts';
import { operationOf } from './operations/all-operations.ts';
import { type Answer, Call, type Region } from './operations/operation.ts';
import { type OssRequest, readRequest } from './request.ts';
import { authenticate, type Gate } from './signature/authenticate.ts';

export interface HandlerOptions {
  readonly region: Region;
  readonly gate: Gate;
  readonly faults: FaultPlan;
  readonly log: RequestLog;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** Answers requests as OSS does. */
export class ObjectHandler {
  readonly #options: HandlerOptions;
  readonly #serviceHosts: readonly string[];

  constructor(options: HandlerOptions) {
    this.#options = options;
    this.#serviceHosts = serviceHosts(options.region.name);
  }

  async handle(message: IncomingMessage, response: ServerResponse, secure: boolean): Promise<void> {
    const { ids, log, region } = this.#options;
    const requestId = objectRequestId(ids);
    const about = { requestId, head: message.method === 'HEAD', host: message.headers.host ?? '' };
    let request: OssRequest;
    let operation: ReturnType<typeof operationOf>;
    try {
      request = readRequest(message, { secure, serviceHosts: this.#serviceHosts });
      operation = operationOf(request);
    } catch (error) {
      await this.#refuse(new Exchange(message, response, undefined), error, about);
      return;
    }
    const name = `oss.${operation.name}`;
    const fault = this.#options.faults.take(name, request.key);
    const exchange = new Exchange(message, response, fault);
    const end = log.begin(name);
    let accessKeyId: string | undefined;
    let code: string | undefined;
    try {
      if (fault?.kind === 'kill') process.kill(process.pid, 'SIGKILL');
      if (fault?.kind === 'delay') await region.time.sleep(fault.ms, exchange.gone);
      if (fault?.kind === 'close' && !fault.afterwards) exchange.cut();
      if (fault?.kind === 'error') throw new PlannedFailure(OssError.planned(fault.code, fault.message));
      const principal = authenticate(request, this.#options.gate);
      accessKeyId = principal?.accessKeyId;
      const call = new Call({ request, region, body: exchange.body(), principal });
      await this.#send(exchange, await operation.run(call), about);
    } catch (error) {
      code = await this.#refuse(exchange, error, about);
    } finally {
      end({
        operation: name,
        subject: request.bucket === undefined ? '' : `${request.bucket}/${request.key}`,
        accessKeyId,
        status: exchange.status,
        code,
        bytesReceived: exchange.bytesReceived,
        bytesSent: exchange.bytesSent,
        requestId,
        at: region.time.now(),
      });
    }
  }

  async #send(exchange: Exchange, answer: Answer, about: About): Promise<void> {
    const length = answer.content?.length ?? answer.body?.length ?? 0;
    const headers: Record<string, string> = { ...this.#common(about), ...answer.headers };
    if (answer.status !== 204 && answer.status !== 304) headers['Content-Length'] = String(length);
    await using source = answer.content?.source;
    const body = source?.read() ?? once(about.head ? undefined : answer.body);
    await exchange.answer({ status: answer.status, headers, length }, body);
  }

  /** Answers an error, and gives back its code. What only ended the connection needs no answer. */
  async #refuse(exchange: Exchange, error: unknown, about: About): Promise<string | undefined> {
    if (exchange.gone.aborted || error instanceof ConnectionLost) {
      exchange.status = 0;
      return undefined;
    }
    const known = this.#describe(error);
    const { status, code, message, details } = known;
    const body = writeXml('Error', {
      Code: code,
      Message: message,
      RequestId: about.requestId,
      HostId: about.host,
      ...details,
    });
    const headers: Record<string, string> = {
      ...this.#common(about),
      'Content-Type': 'application/xml',
      'Content-Length': String(body.length),
      ...(about.head && { 'x-oss-err': body.toString('base64') }),
    };
    try {
      await exchange.answer({ status, headers, length: body.length }, once(about.head ? undefined : body));
    } catch (lost) {
      if (!(lost instanceof ConnectionLost)) throw lost;
      exchange.status = 0;
    }
    return code;
  }

  #describe(error: unknown): PlannedOssError {
    if (error instanceof PlannedFailure) return error.planned;
    if (error instanceof OssError) return error;
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#options.logger.error({ reason }, 'The object server has a defect.');
    return OssError.planned('InternalError', undefined);
  }

  #common({ requestId }: About): Record<string, string> {
    return {
      Server: 'AliyunOSS',
      Date: new Date(this.#options.region.time.now()).toUTCString(),
      'x-oss-request-id': requestId,
      'x-oss-server-time': '1',
    };
  }
}

interface About {
  readonly requestId: string;
  readonly head: boolean;
  readonly host: string;
}

class PlannedFailure extends Error {
  readonly planned: PlannedOssError;

  constructor(planned: PlannedOssError) {
    super(planned.message);
    this.planned = planned;
  }
}

async function* once(body: Buffer | undefined): AsyncGenerator<Buffer> {
  if (body && body.length > 0) yield body;
}
