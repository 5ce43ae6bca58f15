import { expect, it } from 'vitest';
import type { InventoryDisk, InventoryVm, VmCondition } from '../../../drivers/platform/contract.ts';
import type { PreflightFacts } from './facts.ts';
import { applyRules } from './rules.ts';

const disk = (obstacle: InventoryDisk['obstacle'] = null, label = 'Hard disk 1'): InventoryDisk => ({
  key: 2000,
  label,
  uuid: 'disk',
  capacityBytes: 1_000,
  datastore: 'ds',
  fileName: '[ds] vm/vm.vmdk',
  thin: true,
  obstacle,
});
const vm: InventoryVm = {
  ref: 'vm-1',
  name: 'web-01',
  instanceUuid: 'i',
  biosUuid: 'b',
  powerState: 'POWERED_ON',
  guestFullName: null,
  template: false,
  changeTrackingEnabled: true,
  path: 'DC/web-01',
  host: 'esx',
  cpuCount: 1,
  memoryBytes: 1,
  configFile: '[ds] vm/vm.vmx',
  disks: [disk()],
  networks: [],
};
const condition: VmCondition = {
  connected: true,
  consolidationNeeded: false,
  hardwareVersion: 19,
  encrypted: false,
  virtualTpm: false,
  faultTolerant: false,
  passthroughDevices: [],
  datastores: [{ name: 'ds', freeBytes: 100, capacityBytes: 2_000, accessible: true }],
};
const good: PreflightFacts = {
  vm,
  condition,
  foreignSnapshots: [],
  missingPrivileges: [],
  transport: 'nfc',
  gatewayIsThere: false,
};
const withVm = (changes: Partial<InventoryVm>, more: Partial<PreflightFacts> = {}): PreflightFacts => ({
  ...good,
  ...more,
  vm: { ...vm, ...changes },
});
const withCondition = (changes: Partial<VmCondition>): PreflightFacts => ({
  ...good,
  condition: { ...condition, ...changes },
});
const lacking = (privilege: string, neededFor: readonly string[]) => [{ privilege, entity: 'vm-1', neededFor }];
const [datastore] = condition.datastores;
if (!datastore) throw new Error('no datastore');

it('says nothing about a machine that is as it should be, nor about one a platform tells little of', () => {
  expect(applyRules(good)).toEqual([]);
  expect(applyRules({ ...good, condition: undefined })).toEqual([]);
  expect(applyRules(withCondition({ hardwareVersion: null }))).toEqual([]);
  expect(applyRules({ ...good, transport: 'hotadd', gatewayIsThere: true })).toEqual([]);
  expect(applyRules({ ...good, foreignSnapshots: ['before the update'] })).toEqual([]);
});

it.each<[string, 'ERROR' | 'WARNING', PreflightFacts]>([
  ['MISSING_PRIVILEGE', 'ERROR', { ...good, missingPrivileges: lacking('A.B', ['backup']) }],
  ['MISSING_PRIVILEGE', 'ERROR', { ...good, missingPrivileges: lacking('VApp.Export', ['nfc-export']) }],
  ['VIRTUAL_MACHINE_IS_TEMPLATE', 'ERROR', withVm({ template: true })],
  ['VIRTUAL_MACHINE_DISCONNECTED', 'ERROR', withCondition({ connected: false })],
  ['DISK_SHARED', 'ERROR', withVm({ disks: [disk(), disk('SHARED')] })],
  ['DISK_INDEPENDENT', 'WARNING', withVm({ disks: [disk(), disk('INDEPENDENT')] })],
  ['DISK_RDM', 'WARNING', withVm({ disks: [disk(), disk('RDM')] })],
  ['NO_DISK_TO_BACK_UP', 'ERROR', withVm({ disks: [] })],
  ['FAULT_TOLERANT', 'ERROR', withCondition({ faultTolerant: true })],
  ['PASSTHROUGH_DEVICE', 'ERROR', withCondition({ passthroughDevices: ['PCI device 0'] })],
  ['VIRTUAL_MACHINE_ENCRYPTED', 'WARNING', withCondition({ encrypted: true })],
  ['VIRTUAL_TPM', 'WARNING', withCondition({ virtualTpm: true })],
  ['CBT_NEEDS_NO_SNAPSHOT', 'WARNING', withVm({ changeTrackingEnabled: false }, { foreignSnapshots: ['old'] })],
  ['CONSOLIDATION_NEEDED', 'WARNING', withCondition({ consolidationNeeded: true })],
  ['HARDWARE_TOO_OLD', 'WARNING', withCondition({ hardwareVersion: 4 })],
  ['DATASTORE_LOW_SPACE', 'WARNING', withCondition({ datastores: [{ ...datastore, freeBytes: 99 }] })],
  ['DATASTORE_NOT_ACCESSIBLE', 'ERROR', withCondition({ datastores: [{ ...datastore, accessible: false }] })],
  ['HOTADD_NOT_POSSIBLE', 'ERROR', { ...good, transport: 'hotadd' }],
])('tells %s', (code, severity, facts) => {
  const found = applyRules(facts);
  expect(found.map((finding) => [finding.code, finding.severity])).toEqual([[code, severity]]);
  expect(found[0]?.message).toContain(code === 'MISSING_PRIVILEGE' ? facts.missingPrivileges[0]?.privilege : 'web-01');
});

it('does not mind what this backup does not need, or a device of a machine that is off', () => {
  const needless = lacking('VApp.Export', ['nfc-export']);
  expect(applyRules({ ...good, missingPrivileges: needless, transport: 'hotadd', gatewayIsThere: true })).toEqual([]);
  const off = withVm({ powerState: 'POWERED_OFF' }, { condition: { ...condition, passthroughDevices: ['PCI'] } });
  expect(applyRules(off)).toEqual([]);
});

it('puts what makes the backup fail first', () => {
  const both = withVm({ template: true, disks: [disk(), disk('RDM')] });
  expect(applyRules(both).map(({ severity }) => severity)).toEqual(['ERROR', 'WARNING']);
});
