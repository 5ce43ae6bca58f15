import type { LeaseDevices } from '../../nfc/lease-devices.ts';
import type { Collectors } from '../property/collectors.ts';
import { authorizationOperations } from './authorization-operations.ts';
import { leaseOperations } from './lease-operations.ts';
import type { OperationTable } from './operation.ts';
import { ovfOperations } from './ovf-operations.ts';
import { propertyOperations } from './property-operations.ts';
import { searchOperations } from './search-operations.ts';
import { sessionOperations } from './session-operations.ts';
import { snapshotOperations } from './snapshot-operations.ts';
import { viewOperations } from './view-operations.ts';
import { vmOperations } from './vm-operations.ts';

/** Every vim25 method the sandbox answers, by WSDL name. */
export function allOperations(options: {
  readonly collectors: Collectors;
  readonly maxChangedAreas: number;
  readonly leaseDevices: LeaseDevices;
}): OperationTable {
  return {
    ...sessionOperations,
    ...authorizationOperations,
    ...viewOperations,
    ...searchOperations,
    ...propertyOperations(options.collectors),
    ...vmOperations,
    ...snapshotOperations(options.maxChangedAreas),
    ...leaseOperations(options.leaseDevices),
    ...ovfOperations,
  };
}
