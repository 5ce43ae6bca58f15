import { readFile } from 'node:fs/promises';
import { availableParallelism, hostname } from 'node:os';
import type { AgentDescription } from '../protocol/activation.ts';
import { uuid } from '../protocol/primitives.ts';

/** Where Linux shows the firmware's system UUID, which on vSphere is the VM's biosUuid; readable by root only. */
const firmwareUuidFile = '/sys/class/dmi/id/product_uuid';

/** What the agent says of itself. `vmUuid` as configured, or as the firmware has it. */
export async function describeAgent(options: {
  readonly version: string;
  readonly vmUuid?: string;
}): Promise<AgentDescription> {
  const found = uuid.safeParse((options.vmUuid ?? (await firmwareUuid()))?.trim().toLowerCase());
  return {
    version: options.version,
    hostname: hostname() || 'unknown',
    cpuCount: availableParallelism(),
    vmUuid: found.success ? found.data : null,
  };
}

async function firmwareUuid(): Promise<string | undefined> {
  return readFile(firmwareUuidFile, 'utf8').catch(() => undefined);
}

/**
 * The two ways a firmware may write one UUID: since SMBIOS 2.6 its first three groups are little-endian, and VMs of old hardware versions
 * show them the other way round (VMware KB 1880).
 */
export function uuidSpellings(value: string): readonly string[] {
  const [a = '', b = '', c = '', ...rest] = value.toLowerCase().split('-');
  const swap = (group: string) => Buffer.from(group, 'hex').reverse().toString('hex');
  return [value.toLowerCase(), [swap(a), swap(b), swap(c), ...rest].join('-')];
}
