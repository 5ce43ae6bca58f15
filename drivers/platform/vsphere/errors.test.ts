import { expect, test } from 'vitest';
import { errorOfFault, isFault, VimFault } from './errors.ts';

test.each([
  ['InvalidLogin', '', 'INVALID_LOGIN', 'needsPerson'],
  ['NoPermission', '', 'NO_PERMISSION', 'needsPerson'],
  ['NotAuthenticated', '', 'SESSION_LOST', 'transient'],
  ['ManagedObjectNotFound', '', 'NOT_FOUND', 'permanent'],
  ['FileLocked', '', 'DISK_LOCKED', 'transient'],
  ['GenericVmConfigFault', 'Failed to lock the file', 'DISK_LOCKED', 'transient'],
  ['SystemError', '', 'TASK_FAILED', 'transient'],
  ['ApplicationQuiesceFault', '', 'QUIESCE_FAILED', 'permanent'],
  ['FilesystemQuiesceFault', '', 'QUIESCE_FAILED', 'permanent'],
  ['GenericVmConfigFault', 'Failed to quiesce the virtual machine.', 'QUIESCE_FAILED', 'permanent'],
  ['TaskInProgress', '', 'BUSY', 'transient'],
  ['HostNotReachable', '', 'UNREACHABLE', 'transient'],
  ['InvalidPowerState', '', 'INVALID_STATE', 'permanent'],
  ['RestrictedVersion', '', 'NOT_SUPPORTED', 'permanent'],
  ['NoDiskSpace', '', 'DATASTORE_FULL', 'permanent'],
  ['DuplicateName', '', 'NAME_TAKEN', 'permanent'],
  ['SomethingOfTheFuture', '', 'TASK_FAILED', 'permanent'],
])('%s %s is %s, %s', (type, text, code, kind) => {
  const error = errorOfFault(new VimFault(type, text), 'Doing it');
  expect(error).toMatchObject({ code, kind });
  expect(error.remedy).not.toBe('');
  expect(error.message).toMatch(/^Doing it failed: .*\.$/);
});

test('the missing privilege is named', () => {
  const error = errorOfFault(
    new VimFault('NoPermission', 'Denied.', 'VirtualMachine.State.CreateSnapshot'),
    'Creating',
  );
  expect(error.message).toBe('Creating failed: Denied [NoPermission] (privilege VirtualMachine.State.CreateSnapshot).');
});

test('a fault is also each of its ancestors', () => {
  const error = errorOfFault(new VimFault('FileLocked', ''), 'x');
  expect([isFault(error, 'FileLocked'), isFault(error, 'FileFault'), isFault(error, 'InvalidState')]).toEqual([
    true,
    true,
    false,
  ]);
});
