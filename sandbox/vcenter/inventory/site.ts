import type { World } from '../core/world.ts';
import type { MoRef } from '../soap/values.ts';
import { Datacenter, Entity, Folder } from './entity.ts';

const TIB = 2 ** 40;

/** One data center with hosts, datastores and networks. */
export interface Site {
  readonly datacenter: Datacenter;
  readonly hosts: readonly Entity[];
  readonly resourcePool: Entity;
  readonly networks: readonly Entity[];
}

export interface SiteOptions {
  readonly name: string;
  /** With a name the hosts form a cluster; without, each stands alone. */
  readonly cluster?: string;
  readonly hosts: readonly string[];
  readonly datastores: readonly string[];
  readonly networks: readonly string[];
}

export function buildSite(world: World, options: SiteOptions): Site {
  const { objects } = world;
  const folder = (name: string, type: string) =>
    objects.add(new Folder(objects.newRef('Folder', 'group'), name, ['Folder', type]));
  const folders = {
    vm: folder('vm', 'VirtualMachine'),
    host: folder('host', 'ComputeResource'),
    datastore: folder('datastore', 'Datastore'),
    network: folder('network', 'Network'),
  };
  const datacenter = world.root.add(
    objects.add(new Datacenter(objects.newRef('Datacenter', 'datacenter'), options.name, folders)),
  );
  const hostRefs = options.hosts.map(() => objects.newRef('HostSystem', 'host'));
  const datastores = options.datastores.map((name) => folders.datastore.add(buildDatastore(world, name, hostRefs)));
  const networks = options.networks.map((name) => folders.network.add(buildNetwork(world, name, hostRefs)));
  const shared = {
    datastore: datastores.map((each) => each.ref),
    network: networks.map((each) => each.ref),
  };
  const type = options.cluster === undefined ? 'ComputeResource' : 'ClusterComputeResource';
  const ref = objects.newRef(type, 'domain');
  const resourcePool = buildResourcePool(world, ref);
  const compute = objects.add(
    new Entity(ref, options.cluster ?? options.hosts[0] ?? 'host', {
      ...shared,
      host: hostRefs,
      resourcePool: resourcePool.ref,
      summary: computeSummary(type, hostRefs.length),
      environmentBrowser: { type: 'EnvironmentBrowser', value: 'envbrowser-1' },
      configurationEx: { $type: 'ComputeResourceConfigInfo', vmSwapPlacement: 'vmDirectory' },
    }),
  );
  folders.host.add(compute);
  resourcePool.parent = compute;
  const hosts = options.hosts.map((name, index) => {
    const host = objects.add(buildHost(world, hostRefs[index] ?? ref, name, shared));
    host.parent = compute;
    return host;
  });
  return { datacenter, hosts, resourcePool, networks };
}

function buildDatastore(world: World, name: string, hosts: readonly MoRef[]): Entity {
  const ref = world.objects.newRef('Datastore', 'datastore');
  const url = `ds:///vmfs/volumes/${world.ids.bytes(4).toString('hex')}-${world.ids.bytes(4).toString('hex')}/`;
  const used = () =>
    world.disks.all().reduce((sum, file) => sum + (file.name.startsWith(`[${name}]`) ? file.capacityBytes : 0), 0);
  const datastore = new Entity(ref, name, {
    info: () => ({
      $type: 'VmfsDatastoreInfo',
      name,
      url,
      freeSpace: 2 * TIB - used(),
      maxFileSize: 64 * TIB,
      maxMemoryFileSize: 64 * TIB,
      maxPhysicalRDMFileSize: 64 * TIB,
      maxVirtualRDMFileSize: 62 * TIB,
    }),
    summary: () => ({
      $type: 'DatastoreSummary',
      datastore: ref,
      name,
      url,
      capacity: 2 * TIB,
      freeSpace: 2 * TIB - used(),
      accessible: true,
      multipleHostAccess: hosts.length > 1,
      type: 'VMFS',
      maintenanceMode: 'normal',
    }),
    host: hosts.map((key) => ({
      $type: 'DatastoreHostMount',
      key,
      mountInfo: { $type: 'HostMountInfo', accessMode: 'readWrite', mounted: true, accessible: true },
    })),
    vm: () =>
      world
        .virtualMachines()
        .filter((vm) => vm.settings.configFile.startsWith(`[${name}]`))
        .map((vm) => vm.ref),
    browser: { type: 'HostDatastoreBrowser', value: `datastoreBrowser-${ref.value}` },
    capability: {
      $type: 'DatastoreCapability',
      directoryHierarchySupported: true,
      rawDiskMappingsSupported: true,
      perFileThinProvisioningSupported: true,
      storageIORMSupported: true,
      nativeSnapshotSupported: false,
      seSparseSupported: true,
    },
  });
  world.addDatastore(datastore);
  return world.objects.add(datastore);
}

function buildNetwork(world: World, name: string, hosts: readonly MoRef[]): Entity {
  const ref = world.objects.newRef('Network', 'network');
  return world.objects.add(
    new Entity(ref, name, {
      summary: { $type: 'NetworkSummary', network: ref, name, accessible: true, ipPoolName: '' },
      host: hosts,
      vm: () =>
        world
          .virtualMachines()
          .filter((vm) => JSON.stringify(vm.read('network')).includes(`"${ref.value}"`))
          .map((vm) => vm.ref),
    }),
  );
}

function buildResourcePool(world: World, owner: MoRef): Entity {
  const ref = world.objects.newRef('ResourcePool', 'resgroup');
  const usage = {
    $type: 'ResourcePoolResourceUsage',
    reservationUsed: 0,
    reservationUsedForVm: 0,
    unreservedForPool: 100_000,
    unreservedForVm: 100_000,
    overallUsage: 0,
    maxUsage: 100_000,
  };
  const runtime = { $type: 'ResourcePoolRuntimeInfo', memory: usage, cpu: usage, overallStatus: 'green' };
  const allocation = {
    $type: 'ResourceAllocationInfo',
    reservation: 0,
    expandableReservation: true,
    limit: -1,
    shares: { $type: 'SharesInfo', shares: 4000, level: 'normal' },
  };
  const config = { $type: 'ResourceConfigSpec', entity: ref, cpuAllocation: allocation, memoryAllocation: allocation };
  return world.objects.add(
    new Entity(ref, 'Resources', {
      summary: { $type: 'ResourcePoolSummary', name: 'Resources', config, runtime },
      runtime,
      config,
      owner,
      resourcePool: [],
      vm: () =>
        world
          .virtualMachines()
          .filter((vm) => vm.settings.resourcePool?.value === ref.value)
          .map((vm) => vm.ref),
    }),
  );
}

function buildHost(
  world: World,
  ref: MoRef,
  name: string,
  shared: { readonly datastore: readonly MoRef[]; readonly network: readonly MoRef[] },
): Entity {
  const runtime = {
    $type: 'HostRuntimeInfo',
    connectionState: 'connected',
    powerState: 'poweredOn',
    inMaintenanceMode: false,
  };
  return new Entity(ref, name, {
    ...shared,
    runtime,
    summary: {
      $type: 'HostListSummary',
      host: ref,
      hardware: {
        $type: 'HostHardwareSummary',
        vendor: 'Sandbox',
        model: 'Simulated server',
        uuid: world.ids.uuid(),
        memorySize: 256 * 2 ** 30,
        cpuModel: 'Simulated CPU',
        cpuMhz: 2400,
        numCpuPkgs: 2,
        numCpuCores: 32,
        numCpuThreads: 64,
        numNics: 2,
        numHBAs: 1,
      },
      runtime,
      config: {
        $type: 'HostConfigSummary',
        name,
        port: 902,
        vmotionEnabled: false,
        faultToleranceEnabled: false,
        product: {
          $type: 'AboutInfo',
          name: 'VMware ESXi',
          fullName: 'VMware ESXi 8.0.2 build-22380479',
          vendor: 'VMware, Inc.',
          version: '8.0.2',
          build: '22380479',
          osType: 'vmnix-x86',
          productLineId: 'embeddedEsx',
          apiType: 'HostAgent',
          apiVersion: '8.0.2.0',
        },
      },
      quickStats: { $type: 'HostListSummaryQuickStats' },
      overallStatus: 'green',
      rebootRequired: false,
    },
    vm: () =>
      world
        .virtualMachines()
        .filter((vm) => vm.settings.host.value === ref.value)
        .map((vm) => vm.ref),
    datastoreBrowser: { type: 'HostDatastoreBrowser', value: `datastoreBrowser-${ref.value}` },
  });
}

function computeSummary(type: string, hosts: number) {
  return {
    $type: `${type}Summary`,
    totalCpu: 76_800 * hosts,
    totalMemory: 256 * 2 ** 30 * hosts,
    numCpuCores: 32 * hosts,
    numCpuThreads: 64 * hosts,
    effectiveCpu: 76_000 * hosts,
    effectiveMemory: 250_000 * hosts,
    numHosts: hosts,
    numEffectiveHosts: hosts,
    overallStatus: 'green',
    ...(type === 'ClusterComputeResource' ? { currentFailoverLevel: 0, numVmotions: 0 } : {}),
  };
}
