import { finishCommand } from '../../control/commands/finish-command.ts';
import type { ControlContext } from '../../control/context.ts';
import { acceptInventoryBatch } from '../../control/vcenters/accept-inventory-batch.ts';
import type { Command, CommandResult } from '../../protocol/work.ts';
import { claim, type SceneGateway } from './control-scene.ts';

/** Plays a gateway that answers commands until the signal is aborted. */
export async function answerCommands(
  control: ControlContext,
  gateway: SceneGateway,
  answer: (command: Command) => CommandResult | Promise<CommandResult>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { commands } = await claim(control, gateway, [], 0);
    for (const command of commands) {
      await finishCommand(control, { gatewayId: gateway.gatewayId }, command.commandId, await answer(command));
    }
    await control.clock.sleep(20, signal).catch(() => undefined);
  }
}

export const about = (instanceUuid: string): CommandResult => ({
  ok: true,
  result: {
    instanceUuid,
    kind: 'VCENTER',
    name: 'vcenter-2',
    version: '8.0.3',
    build: '24022515',
    fingerprint: Array.from({ length: 32 }, () => 'AB').join(':'),
  },
});

/** One virtual machine with one disk, as a refresh would send it. */
export async function sendInventory(
  control: ControlContext,
  gatewayId: string,
  command: Extract<Command, { readonly kind: 'REFRESH_INVENTORY' }>,
): Promise<CommandResult> {
  await acceptInventoryBatch(control, gatewayId, {
    refreshId: command.refreshId,
    vcenterId: command.vcenter.vcenterId,
    virtualMachines: [
      {
        ref: 'vm-7',
        name: 'web-01',
        instanceUuid: control.ids.uuid(),
        biosUuid: control.ids.uuid(),
        powerState: 'POWERED_ON',
        guestFullName: 'Debian GNU/Linux 12 (64-bit)',
        template: false,
        changeTrackingEnabled: false,
        path: 'DC0/Linux/web-01',
        host: 'esx-1',
        cpuCount: 2,
        memoryBytes: 2 ** 32,
        configFile: '[ds] web-01/web-01.vmx',
        disks: [
          {
            key: 2000,
            label: 'Hard disk 1',
            uuid: '6000C29a-0000-0000-0000-000000000001',
            capacityBytes: 2 ** 30,
            datastore: 'ds',
            fileName: '[ds] web-01/web-01.vmdk',
            thin: true,
            obstacle: null,
          },
        ],
        networks: ['VM Network'],
      },
    ],
  });
  return { ok: true, result: { virtualMachines: 1 } };
}
