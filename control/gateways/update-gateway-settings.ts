import { z } from 'zod';
import type { ControlContext } from '../context.ts';
import { violatedConstraint } from '../database/constraints.ts';
import { ConflictError } from '../errors.ts';
import { nameSchema, parseInput } from '../input.ts';
import type { GatewayRow } from '../rows.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { changeGateway, type GatewayChanges } from './change-gateway.ts';

/** Worker threads or cores a gateway may be given; 0 takes the limit away. */
const mostThreads = 64;
const threads = z.int().min(0).max(mostThreads).nullish();

const settingsInput = z.object({
  gatewayId: z.string(),
  name: nameSchema.nullish(),
  useHttps: z.boolean().nullish(),
  maxWorkers: threads,
  maxCpuCores: threads,
  transport: z.enum(['AUTO', 'HOTADD', 'NFC']).nullish(),
  expectedVersion: z.int().positive(),
});
export type UpdateGatewaySettingsInput = z.input<typeof settingsInput>;

/** What is left out stays. In force with the next job that the gateway takes; what runs goes on as it began. */
export async function updateGatewaySettings(
  control: ControlContext,
  viewer: Viewer,
  input: UpdateGatewaySettingsInput,
): Promise<{ readonly gateway: GatewayRow }> {
  requireScope(viewer, 'gateway:write');
  const { gatewayId, expectedVersion, ...wanted } = parseInput(settingsInput, input);
  try {
    return await changeGateway(control, viewer, { gatewayId, expectedVersion }, (gateway) => {
      const changes: GatewayChanges = {
        ...differing('name', wanted.name, gateway.name),
        ...differing('use_https', wanted.useHttps, gateway.use_https),
        ...differing('max_workers', wanted.maxWorkers, gateway.max_workers),
        ...differing('max_cpu_cores', wanted.maxCpuCores, gateway.max_cpu_cores),
        ...differing('transport', wanted.transport, gateway.transport),
      };
      return { changes, names: Object.keys(changes).map(inCamelCase) };
    });
  } catch (error) {
    if (violatedConstraint(error) !== 'gateway_name_taken') throw error;
    throw new ConflictError(
      'NAME_TAKEN',
      `The vault has a gateway named ${wanted.name} already.`,
      'Choose another name for this gateway.',
    );
  }
}

function differing<Name extends string, Value>(
  name: Name,
  wanted: Value | null | undefined,
  present: Value,
): Partial<Record<Name, Value>> {
  if (wanted === null || wanted === undefined || wanted === present) return {};
  const change: Partial<Record<Name, Value>> = {};
  change[name] = wanted;
  return change;
}

/** As the API names it. */
function inCamelCase(column: string): string {
  return column.replaceAll(/_(.)/g, (_match, letter: string) => letter.toUpperCase());
}
