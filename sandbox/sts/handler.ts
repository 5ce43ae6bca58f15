import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultPlan } from '../../base/fault-plan.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import { ConnectionLost, Exchange } from '../exchange.ts';
import type { RequestLog } from '../request-log.ts';
import { writeXml } from '../xml.ts';
import { actions, type StsResult, type StsService } from './actions.ts';
import type { StsAuthenticator } from './authenticate.ts';
import { StsError } from './errors.ts';
import { stsRequestId } from './random-text.ts';
import { parameter, type StsRequest } from './request.ts';

export interface StsHandlerOptions {
  readonly service: StsService;
  readonly authenticator: StsAuthenticator;
  readonly faults: FaultPlan;
  readonly log: RequestLog;
  readonly ids: IdSource;
  readonly logger: Logger;
}

const MAX_BODY = 64 * 1024;

/** Answers requests as STS does. */
export class StsHandler {
  readonly #options: StsHandlerOptions;

  constructor(options: StsHandlerOptions) {
    this.#options = options;
  }

  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { ids, log, service, faults } = this.#options;
    const requestId = stsRequestId(ids);
    const receiving = new Exchange(message, response, undefined);
    const request = await readRequest(message, receiving);
    const action = request.headers.get('x-acs-action') ?? parameter(request, 'Action') ?? '';
    const known = Object.hasOwn(actions, action) ? actions[action] : undefined;
    const name = known ? `sts.${action}` : 'sts.Unknown';
    const fault = faults.take(name, parameter(request, 'RoleSessionName') ?? '');
    const exchange = new Exchange(message, response, fault);
    const end = log.begin(name);
    let accessKeyId: string | undefined;
    let code: string | undefined;
    try {
      if (fault?.kind === 'kill') process.kill(process.pid, 'SIGKILL');
      if (fault?.kind === 'delay') await service.time.sleep(fault.ms, exchange.gone);
      if (fault?.kind === 'close' && !fault.afterwards) exchange.cut();
      if (fault?.kind === 'error') throw planned(fault.code, fault.message);
      if (!known) {
        throw new StsError(
          404,
          'InvalidAction.NotFound',
          'Specified api is not found, please check your url and method.',
        );
      }
      const version = request.headers.get('x-acs-version') ?? parameter(request, 'Version');
      if (version !== '2015-04-01') {
        throw new StsError(400, 'InvalidVersion', 'Specified parameter Version is not valid.');
      }
      const caller = this.#options.authenticator.authenticate(request);
      accessKeyId = caller.accessKeyId;
      const result = known(service, caller, request);
      await this.#answer(exchange, request, { status: 200, root: `${action}Response`, requestId, result });
    } catch (error) {
      code = await this.#refuse(exchange, request, error, requestId);
    } finally {
      end({
        operation: name,
        subject: parameter(request, 'RoleSessionName') ?? '',
        accessKeyId,
        status: exchange.status,
        code,
        bytesReceived: receiving.bytesReceived,
        bytesSent: exchange.bytesSent,
        requestId,
        at: service.time.now(),
      });
    }
  }

  async #answer(
    exchange: Exchange,
    request: StsRequest,
    answer: { readonly status: number; readonly root: string; readonly requestId: string; readonly result: StsResult },
  ): Promise<void> {
    const { status, root, requestId } = answer;
    const result = { RequestId: requestId, ...answer.result };
    const json = wantsJson(request);
    const body = json ? Buffer.from(JSON.stringify(result)) : writeXml(root, result);
    const headers = {
      Date: new Date(this.#options.service.time.now()).toUTCString(),
      'Content-Type': json ? 'application/json;charset=utf-8' : 'text/xml;charset=utf-8',
      'Content-Length': String(body.length),
      'x-acs-request-id': requestId,
    };
    await exchange.answer(
      { status, headers, length: body.length },
      (async function* () {
        yield body;
      })(),
    );
  }

  async #refuse(
    exchange: Exchange,
    request: StsRequest,
    error: unknown,
    requestId: string,
  ): Promise<string | undefined> {
    if (exchange.gone.aborted || error instanceof ConnectionLost) {
      exchange.status = 0;
      return undefined;
    }
    const known = error instanceof StsError ? error : this.#defect(error);
    const { code, message } = known;
    const result = {
      HostId: request.headers.get('host') ?? '',
      Code: code,
      Message: message,
      Recommend: `https://api.aliyun.com/troubleshoot?q=${encodeURIComponent(code)}&product=Sts`,
    };
    try {
      await this.#answer(exchange, request, { status: known.status, root: 'Error', requestId, result });
    } catch (lost) {
      if (!(lost instanceof ConnectionLost)) throw lost;
      exchange.status = 0;
    }
    return code;
  }

  #defect(error: unknown): StsError {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#options.logger.error({ reason }, 'The simulated STS has a defect.');
    return new StsError(500, 'InternalError', 'STS Server Internal Error happened, please send the RequestId to us.');
  }
}

/** `Format` decides; without it the older signature means XML and the newer one JSON. */
function wantsJson(request: StsRequest): boolean {
  const format = parameter(request, 'Format')?.toUpperCase();
  if (format) return format === 'JSON';
  return request.headers.has('x-acs-action') && !request.headers.get('accept')?.includes('xml');
}

/** `Throttling`, or with a status in front: `503 ServiceUnavailable`. */
function planned(code: string, message: string | undefined): StsError {
  const [, digits, name = 'InternalError'] = /^(?:(\d{3})\s+)?(.*)$/.exec(code) ?? [];
  return new StsError(digits ? Number(digits) : 400, name, message ?? 'A planned failure.');
}

async function readRequest(message: IncomingMessage, exchange: Exchange): Promise<StsRequest> {
  const [, path = '/', search = ''] = /^([^?]*)\??(.*)$/s.exec(message.url ?? '/') ?? [];
  const parts: Buffer[] = [];
  for await (const part of exchange.body()) {
    if (exchange.bytesReceived > MAX_BODY) exchange.cut();
    parts.push(part);
  }
  const body = Buffer.concat(parts);
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(message.headers)) if (typeof value === 'string') headers.set(name, value);
  const isForm = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded');
  return {
    method: message.method ?? 'GET',
    path,
    headers,
    query: new Map(new URLSearchParams(search)),
    form: new Map(isForm ? new URLSearchParams(body.toString('utf8')) : []),
    body,
  };
}
