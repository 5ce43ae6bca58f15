import type { z } from 'zod';
import type { PlannedFault } from '../base/faults.ts';
import { type ObjectServerState, objectServerState } from './control/object-protocol.ts';
import { responses, type SandboxState, type SandboxVm, sandboxState } from './control/protocol.ts';

export type { ObjectServerState } from './control/object-protocol.ts';
export type { SandboxDisk, SandboxLease, SandboxState, SandboxVm } from './control/protocol.ts';

/** `vm`: name, instance uuid or managed object id. `disk`: device key, or position from 0; the first one when absent. */
export interface DiskTarget {
  readonly vm: string;
  readonly disk?: number;
}

/** The guest's and the operator's part in a sandbox. Paths are on the sandbox's machine. Every method throws an Error with the sandbox's reason. */
export class SandboxControl {
  readonly #url: string;

  constructor(controlUrl: string) {
    this.#url = controlUrl;
  }

  state(): Promise<SandboxState> {
    return this.#call('GET', 'state', undefined, sandboxState);
  }

  async vm(name: string): Promise<SandboxVm> {
    const found = (await this.state()).vms.find((vm) => vm.name === name || vm.instanceUuid === name);
    if (!found) throw new Error(`There is no virtual machine ${name} in the sandbox.`);
    return found;
  }

  /** Writes bytes as the guest does; change tracking sees it. */
  async write(target: DiskTarget & { readonly offset: number; readonly data: Uint8Array }): Promise<void> {
    const data = Buffer.from(target.data).toString('base64');
    await this.#call('POST', 'disk/write', { ...target, data }, responses.done);
  }

  /** Writes the present content, or that of a snapshot (name or id), to a raw sparse file. */
  async export(target: DiskTarget & { readonly path: string; readonly snapshot?: string }): Promise<void> {
    await this.#call('POST', 'disk/export', target, responses.done);
  }

  /** Makes the disk equal to a raw image of the same size by writing, as the guest, what differs in steps of 64 KiB. */
  apply(target: DiskTarget & { readonly path: string }): Promise<{ changedBytes: number }> {
    return this.#call('POST', 'disk/apply', target, responses.apply);
  }

  /** Puts a disk with the image's content and size in the place of one. */
  async replace(target: DiskTarget & { readonly path: string }): Promise<void> {
    await this.#call('POST', 'disk/replace', target, responses.done);
  }

  /** SHA-256 of the present content, or that of a snapshot, lower-case hex. */
  async sha256(target: DiskTarget & { readonly snapshot?: string }): Promise<string> {
    return (await this.#call('POST', 'disk/sha256', target, responses.sha256)).sha256;
  }

  async resetChangeTracking(vm: string): Promise<void> {
    await this.#call('POST', 'reset-change-tracking', { vm }, responses.done);
  }

  /** Plans a fault (base/faults.ts); sandbox/README.md tells the operations. */
  async injectFault(fault: PlannedFault): Promise<void> {
    await this.#call('POST', 'faults', fault, responses.done);
  }

  async clearFaults(): Promise<void> {
    await this.#call('DELETE', 'faults', undefined, responses.done);
  }

  /** vCenter is away for this long and comes back without its sessions and tasks; what hosts are doing goes on. Resolves when it is back. */
  async restartVcenter(awayMs: number): Promise<void> {
    await this.#call('POST', 'restart-vcenter', { awayMs }, responses.done);
  }

  /** Forgets all logins. */
  async expireSessions(): Promise<void> {
    await this.#call('POST', 'expire-sessions', {}, responses.done);
  }

  /** What the object server and its STS were asked, and how it ended. */
  objects(): Promise<ObjectServerState> {
    return this.#call('GET', 'objects', undefined, objectServerState);
  }

  /** Counts from zero again. */
  async clearObjectLog(): Promise<void> {
    await this.#call('DELETE', 'objects/log', undefined, responses.done);
  }

  /** Makes an AccessKey inactive, or active again. */
  async setKeyActive(accessKeyId: string, active: boolean): Promise<void> {
    await this.#call('POST', 'objects/key', { accessKeyId, active }, responses.done);
  }

  /** Every security token given out until now expires at once. */
  async expireTokens(): Promise<void> {
    await this.#call('POST', 'objects/expire-tokens', {}, responses.done);
  }

  /** How far the clock of the object server and its STS is ahead, in milliseconds. */
  async setObjectClockOffset(ms: number): Promise<void> {
    await this.#call('POST', 'objects/clock-offset', { ms }, responses.done);
  }

  async #call<T>(method: string, path: string, body: object | undefined, schema: z.ZodType<T>): Promise<T> {
    const response = await fetch(`${this.#url}/control/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(responses.error.parse(answer).error);
    return schema.parse(answer);
  }
}
