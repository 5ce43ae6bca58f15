import type { Finding } from '../../../protocol/primitives.ts';
import type { PreflightFacts } from './facts.ts';

/** One thing that may stand in the way of a backup. ERROR: it would fail; WARNING: it would work, but not as one may think. */
type Rule = (facts: PreflightFacts) => Finding | readonly Finding[] | undefined;

const finding = (severity: Finding['severity'], code: string, message: string, remedy: string): Finding => ({
  severity,
  code,
  message,
  remedy,
});

const missingPrivilege: Rule = ({ vm, missingPrivileges, transport }) =>
  missingPrivileges
    .filter(
      ({ neededFor }) => neededFor.includes('backup') || (transport === 'nfc' && neededFor.includes('nfc-export')),
    )
    .map(({ privilege }) =>
      finding(
        'ERROR',
        'MISSING_PRIVILEGE',
        `The vCenter user lacks the privilege ${privilege} on ${vm.name}.`,
        `Add ${privilege} to the role of the user; docs/vcenter-role.md lists all that are needed.`,
      ),
    );

const template: Rule = ({ vm }) =>
  vm.template
    ? finding(
        'ERROR',
        'VIRTUAL_MACHINE_IS_TEMPLATE',
        `${vm.name} is a template, and vSphere makes no snapshots of templates.`,
        'Convert it to a virtual machine to back it up.',
      )
    : undefined;

const disconnected: Rule = ({ vm, condition }) =>
  condition?.connected === false
    ? finding(
        'ERROR',
        'VIRTUAL_MACHINE_DISCONNECTED',
        `The host of ${vm.name} is not connected to the vCenter, or its files are not accessible.`,
        'Reconnect the host, or register the virtual machine again.',
      )
    : undefined;

const sharedDisk: Rule = ({ vm }) =>
  vm.disks
    .filter(({ obstacle }) => obstacle === 'SHARED')
    .map(({ label }) =>
      finding(
        'ERROR',
        'DISK_SHARED',
        `${label} of ${vm.name} is shared with other virtual machines; no snapshot can be taken with it.`,
        'Back up what is on it from within the guest, or stop sharing it.',
      ),
    );

const leftOutDisk: Rule = ({ vm }) =>
  vm.disks
    .filter(({ obstacle }) => obstacle === 'INDEPENDENT' || obstacle === 'RDM')
    .map(({ label, obstacle }) =>
      finding(
        'WARNING',
        obstacle === 'RDM' ? 'DISK_RDM' : 'DISK_INDEPENDENT',
        `${label} of ${vm.name} is ${obstacle === 'RDM' ? 'a raw device' : 'independent'}: snapshots leave it out, and so does the backup.`,
        'Make it an ordinary disk if it has to be backed up.',
      ),
    );

const noDisk: Rule = ({ vm }) =>
  vm.disks.some(({ obstacle }) => obstacle === null)
    ? undefined
    : finding(
        'ERROR',
        'NO_DISK_TO_BACK_UP',
        `${vm.name} has no disk that a backup could read.`,
        'Give it an ordinary disk, or leave it out.',
      );

const faultTolerance: Rule = ({ vm, condition }) =>
  condition?.faultTolerant === true
    ? finding(
        'ERROR',
        'FAULT_TOLERANT',
        `${vm.name} is protected by Fault Tolerance, with which snapshots are restricted.`,
        'Turn Fault Tolerance off for the time of the backup, or back it up from within the guest.',
      )
    : undefined;

const passthrough: Rule = ({ vm, condition }) =>
  condition && condition.passthroughDevices.length > 0 && vm.powerState !== 'POWERED_OFF'
    ? finding(
        'ERROR',
        'PASSTHROUGH_DEVICE',
        `${vm.name} uses ${condition.passthroughDevices.join(', ')} of its host; vSphere makes no snapshot of it while it runs.`,
        'Power it off for the backup, or remove the device.',
      )
    : undefined;

const encryption: Rule = ({ vm, condition }) =>
  condition?.encrypted === true
    ? finding(
        'WARNING',
        'VIRTUAL_MACHINE_ENCRYPTED',
        `${vm.name} is encrypted by vSphere: a restored machine is not, until it is given a policy again.`,
        'Apply the encryption policy to a restored machine. With hot-add the gateway has to be encrypted as well.',
      )
    : undefined;

const virtualTpm: Rule = ({ vm, condition }) =>
  condition?.virtualTpm === true
    ? finding(
        'WARNING',
        'VIRTUAL_TPM',
        `${vm.name} has a virtual TPM; its content is not in the backup, and a restored machine has none.`,
        'Keep the recovery keys of what the guest encrypts with it, BitLocker for example.',
      )
    : undefined;

const trackingNeedsNoSnapshot: Rule = ({ vm, foreignSnapshots }) =>
  !vm.changeTrackingEnabled && foreignSnapshots.length > 0
    ? finding(
        'WARNING',
        'CBT_NEEDS_NO_SNAPSHOT',
        `Changed block tracking of ${vm.name} is off and cannot be turned on while it has snapshots (${foreignSnapshots.join(', ')}).`,
        'Remove its snapshots; until then every backup reads everything.',
      )
    : undefined;

const consolidation: Rule = ({ vm, condition }) =>
  condition?.consolidationNeeded === true
    ? finding(
        'WARNING',
        'CONSOLIDATION_NEEDED',
        `The disks of ${vm.name} need consolidation: files of removed snapshots are still there and grow.`,
        'Consolidate them in the vSphere Client.',
      )
    : undefined;

/** Changed block tracking came with virtual hardware 7 (VMware KB 1020128). */
const oldestHardware = 7;

const oldHardware: Rule = ({ vm, condition }) =>
  condition && condition.hardwareVersion !== null && condition.hardwareVersion < oldestHardware
    ? finding(
        'WARNING',
        'HARDWARE_TOO_OLD',
        `${vm.name} has virtual hardware version ${condition.hardwareVersion}, which has no changed block tracking.`,
        `Upgrade its virtual hardware to version ${oldestHardware} or later; until then every backup reads everything.`,
      )
    : undefined;

/** Part of the size of a VM's disks that its snapshot may grow to while it is backed up. */
const snapshotShare = 0.1;

const datastoreSpace: Rule = ({ vm, condition }) =>
  (condition?.datastores ?? []).flatMap(({ name, freeBytes, accessible }) => {
    const disks = vm.disks.filter(({ datastore, obstacle }) => datastore === name && obstacle === null);
    const needed = snapshotShare * disks.reduce((sum, { capacityBytes }) => sum + capacityBytes, 0);
    if (!accessible)
      return finding(
        'ERROR',
        'DATASTORE_NOT_ACCESSIBLE',
        `The datastore ${name} of ${vm.name} is not accessible.`,
        'Bring it back, or move the virtual machine.',
      );
    if (freeBytes >= needed) return [];
    return finding(
      'WARNING',
      'DATASTORE_LOW_SPACE',
      `The datastore ${name} has ${freeBytes} bytes left; a snapshot of ${vm.name} may grow to ${Math.ceil(needed)} and more.`,
      'Free space on it: when a datastore is full, virtual machines with snapshots stop.',
    );
  });

const hotAddElsewhere: Rule = ({ vm, transport, gatewayIsThere }) =>
  transport === 'hotadd' && !gatewayIsThere
    ? finding(
        'ERROR',
        'HOTADD_NOT_POSSIBLE',
        `The gateway is set to hot-add, but does not run in the vCenter of ${vm.name}.`,
        'Set the transport of the gateway to AUTO or NFC, or use a gateway in that vCenter.',
      )
    : undefined;

const rules: readonly Rule[] = [
  missingPrivilege,
  template,
  disconnected,
  sharedDisk,
  leftOutDisk,
  noDisk,
  faultTolerance,
  passthrough,
  encryption,
  virtualTpm,
  trackingNeedsNoSnapshot,
  consolidation,
  oldHardware,
  datastoreSpace,
  hotAddElsewhere,
];

/** Everything that is to be said about a virtual machine; what makes its backup fail comes first. */
export function applyRules(facts: PreflightFacts): Finding[] {
  const found = rules.flatMap((rule) => rule(facts) ?? []);
  return [
    ...found.filter(({ severity }) => severity === 'ERROR'),
    ...found.filter(({ severity }) => severity !== 'ERROR'),
  ];
}
