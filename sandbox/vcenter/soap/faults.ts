import type { MoRef, VimObject, VimValue } from './values.ts';

/** A vim25 fault. As a method's answer it becomes a SOAP fault, as a task's end a LocalizedMethodFault. */
export class VimFault extends Error {
  override readonly name = 'VimFault';
  readonly fault: VimObject;

  constructor(type: string, message: string, properties: Readonly<Record<string, VimValue>> = {}) {
    super(message);
    this.fault = { ...properties, $type: type };
  }

  get type(): string {
    return this.fault.$type;
  }

  /** LocalizedMethodFault, as TaskInfo.error carries it. */
  localized(): VimObject {
    return { $type: 'LocalizedMethodFault', fault: this.fault, localizedMessage: this.message };
  }
}

export function invalidArgument(property: string): VimFault {
  return new VimFault('InvalidArgument', `A specified parameter was not correct: ${property}`, {
    invalidProperty: property,
  });
}

export function invalidRequest(message: string): VimFault {
  return new VimFault('InvalidRequest', message);
}

export function managedObjectNotFound(ref: MoRef): VimFault {
  return new VimFault(
    'ManagedObjectNotFound',
    `The object 'vim.${ref.type}:${ref.value}' has already been deleted or has not been completely created`,
    { obj: ref },
  );
}

export function notAuthenticated(object: MoRef): VimFault {
  return new VimFault('NotAuthenticated', 'The session is not authenticated.', {
    object,
    privilegeId: 'System.View',
  });
}

export function notSupported(message = 'The operation is not supported on the object.'): VimFault {
  return new VimFault('NotSupported', message);
}

/** What vCenter answers when another VM holds the file a device needs. */
export function diskLocked(fileName: string): VimFault {
  const text = `Cannot open the disk '${fileName}' or one of the snapshot disks it depends on. Failed to lock the file`;
  return new VimFault('GenericVmConfigFault', text, { reason: text });
}

export function fileLocked(fileName: string): VimFault {
  return new VimFault('FileLocked', `Unable to access file ${fileName} since it is locked`, { file: fileName });
}

export function fileNotFound(fileName: string): VimFault {
  return new VimFault('FileNotFound', `File ${fileName} was not found`, { file: fileName });
}

export function invalidDatastorePath(path: string): VimFault {
  return new VimFault('InvalidDatastorePath', `Invalid datastore path '${path}'.`, { datastorePath: path });
}

export function invalidDeviceSpec(index: number): VimFault {
  return new VimFault('InvalidDeviceSpec', `Invalid configuration for device '${index}'.`, {
    property: `virtualDeviceSpec.device`,
    deviceIndex: index,
  });
}

export function invalidPowerState(
  requested: string | undefined,
  existing: 'poweredOn' | 'poweredOff' | 'suspended',
): VimFault {
  return new VimFault(
    'InvalidPowerState',
    `The attempted operation cannot be performed in the current state (${existing === 'poweredOn' ? 'Powered on' : 'Powered off'}).`,
    { ...(requested === undefined ? {} : { requestedState: requested }), existingState: existing },
  );
}
