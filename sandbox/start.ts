import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, systemClock } from '../base/clock.ts';
import { FaultPlan } from '../base/fault-plan.ts';
import { createIdSource, type IdSource } from '../base/ids.ts';
import { type Logger, silentLogger } from '../base/logger.ts';
import { startControlServer } from './control/server.ts';
import { DeviceDirectory } from './disks/device-directory.ts';
import { DiskStore } from './disks/disk-store.ts';
import { TransferHosts } from './nfc/hosts.ts';
import { LeaseDevices } from './nfc/lease-devices.ts';
import type { NfcOptions } from './nfc/options.ts';
import { Transfers } from './nfc/transfers.ts';
import type { ObjectServerFacts, ObjectServerOptions } from './objects/object-server.ts';
import { startObjectServer } from './objects/start.ts';
import { type InitialVm, populate } from './population.ts';
import type { Authorization } from './vcenter/authorization/authorization.ts';
import { createServerCertificate } from './vcenter/certificate.ts';
import { World } from './vcenter/core/world.ts';
import { Dispatcher } from './vcenter/dispatcher.ts';
import { allOperations } from './vcenter/operations/all-operations.ts';
import { Collectors } from './vcenter/property/collectors.ts';
import { VimServer } from './vcenter/server.ts';
import { addServiceObjects } from './vcenter/service-objects.ts';
import { Sessions } from './vcenter/sessions.ts';

export interface SandboxOptions {
  /** Where disks and objects are kept. It should be absent, empty, or an earlier sandbox's, whose objects are there again; the caller removes it. */
  readonly directory: string;
  /** Stands for the gateway's /dev/disk/by-id; is emptied. Without it, `devices` inside `directory`. */
  readonly deviceDirectory?: string;
  readonly vcenter?: {
    readonly username?: string;
    readonly password?: string;
    /** A free one when 0 or absent. */
    readonly port?: number;
    /** Milliseconds; 30 minutes when absent, as vCenter's default. */
    readonly idleTimeoutMs?: number;
    /** Most areas in one answer of QueryChangedDiskAreas; 64 when absent, so that callers have to loop. */
    readonly maxChangedAreas?: number;
  };
  readonly nfc?: NfcOptions;
  /** The object server and its STS; their objects are kept in `objects` inside `directory`. */
  readonly objects?: Omit<ObjectServerOptions, 'directory' | 'faults' | 'clock' | 'ids' | 'logger'>;
  /** A free one when 0 or absent. */
  readonly controlPort?: number;
  /** Milliseconds every task takes at least; 50 when absent. */
  readonly taskDelayMs?: number;
  /** A raw image that becomes the disk of `web-01`. */
  readonly primaryDisk?: string;
  /** Instead of the usual VMs of the first data center; the gateway's VM is there in any case. */
  readonly vms?: readonly InitialVm[];
  /** What is to go wrong, in all parts of the sandbox; more can be added while it runs, here or by the control port. */
  readonly faults?: FaultPlan;
  readonly clock?: Clock;
  readonly ids?: IdSource;
  readonly logger?: Logger;
}

export interface RunningSandbox extends AsyncDisposable {
  /** `host:port` of the simulated vCenter. */
  readonly vcenterAddress: string;
  readonly username: string;
  readonly password: string;
  /** SHA-256 of the vCenter's certificate, upper-case hex with colons. */
  readonly fingerprint: string;
  readonly controlUrl: string;
  readonly deviceDirectory: string;
  readonly gatewayVm: { readonly instanceUuid: string; readonly biosUuid: string; readonly name: string };
  readonly objects: ObjectServerFacts;
  /** What its administrator does: users, passwords and roles. */
  readonly users: Pick<Sessions, 'setPassword' | 'accepted' | 'refused' | 'endAll'>;
  readonly authorization: Pick<Authorization, 'addRole' | 'updateRole'>;
  /** Gives a user a role on everything, or on a virtual machine only. */
  permit(principal: string, roleId: number, vmName?: string): void;
  /** Its certificate is renewed; by default with a new self-signed one, whose fingerprint is returned. */
  replaceCertificate(certificate?: { readonly key: string; readonly cert: string }): Promise<string>;
  close(): Promise<void>;
}

/** Starts a simulated region on 127.0.0.1: a vCenter, an object server with its STS, and a control port for the guest's and the operator's part. */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const clock = options.clock ?? systemClock;
  const ids = options.ids ?? createIdSource(clock);
  const logger = options.logger ?? silentLogger;
  const username = options.vcenter?.username ?? 'administrator@vsphere.local';
  const password = options.vcenter?.password ?? `S@ndbox:/#%&<'"> ${ids.bytes(6).toString('base64url')}`;
  const devices = new DeviceDirectory({
    path: options.deviceDirectory ?? join(options.directory, 'devices'),
    viewDirectory: join(options.directory, 'views'),
    ids,
  });
  await devices.prepare();
  const nfc = options.nfc ?? {};
  const world = new World({
    clock,
    ids,
    logger,
    devices,
    disks: new DiskStore(join(options.directory, 'datastores'), ids),
    faults: options.faults ?? new FaultPlan(),
    taskDelayMs: options.taskDelayMs ?? 50,
    nfc,
  });
  const sessions = new Sessions({
    clock,
    ids,
    username,
    password,
    idleTimeoutMs: options.vcenter?.idleTimeoutMs ?? 30 * 60 * 1000,
  });
  world.authorization.setPermission({
    entity: world.root,
    principal: username,
    group: false,
    roleId: -1,
    propagate: true,
  });
  addServiceObjects(world, sessions);
  const { gateway } = await populate(world, options);
  const certificate = await createServerCertificate();
  const transfers = new Transfers(world, nfc);
  const hosts = new TransferHosts(world, transfers);
  const server = new VimServer({
    ...certificate,
    port: options.vcenter?.port ?? 0,
    dispatcher: new Dispatcher(
      world,
      sessions,
      allOperations({
        collectors: new Collectors(world),
        maxChangedAreas: options.vcenter?.maxChangedAreas ?? 64,
        leaseDevices: new LeaseDevices(hosts, nfc, certificate.thumbprint, world.faults),
      }),
    ),
    sessions,
    transfers,
    logger,
  });
  const port = await server.listen();
  const objects = await startObjectServer({
    ...options.objects,
    directory: join(options.directory, 'objects'),
    faults: world.faults,
    clock,
    ids,
    logger,
  });
  const control = await startControlServer({
    world,
    sessions,
    vcenter: server,
    objects,
    port: options.controlPort ?? 0,
  });
  const close = async () => {
    await control.close();
    await objects.close();
    await server.close();
    await Promise.all([world.leases.close(), world.tasks.close()]);
    await hosts.close();
  };
  return {
    vcenterAddress: `127.0.0.1:${port}`,
    username,
    password,
    fingerprint: certificate.fingerprint,
    controlUrl: control.url,
    deviceDirectory: devices.path,
    gatewayVm: {
      instanceUuid: gateway.settings.instanceUuid,
      biosUuid: gateway.settings.biosUuid,
      name: gateway.name,
    },
    objects: objects.facts,
    users: sessions,
    authorization: world.authorization,
    permit(principal, roleId, vmName) {
      const vm = world.virtualMachines().find(({ name }) => name === vmName);
      const entity = vmName === undefined ? world.root : vm;
      if (!entity) throw new Error(`There is no virtual machine ${vmName}.`);
      world.authorization.setPermission({ entity, principal, group: false, roleId, propagate: true });
    },
    async replaceCertificate(given) {
      const next = given ?? (await createServerCertificate());
      server.showCertificate(next);
      return new X509Certificate(next.cert).fingerprint256;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
