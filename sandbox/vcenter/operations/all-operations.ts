import type { Collectors } from '../property/collectors.ts';
import type { OperationTable } from './operation.ts';
import { propertyOperations } from './property-operations.ts';
import { searchOperations } from './search-operations.ts';
import { sessionOperations } from './session-operations.ts';
import { snapshotOperations } from './snapshot-operations.ts';
import { viewOperations } from './view-operations.ts';
import { vmOperations } from './vm-operations.ts';

/** Every vim25 method the sandbox answers, by WSDL name. */
export function allOperations(collectors: Collectors, maxChangedAreas: number): OperationTable {
  return {
    ...sessionOperations,
    ...viewOperations,
    ...searchOperations,
    ...propertyOperations(collectors),
    ...vmOperations,
    ...snapshotOperations(maxChangedAreas),
  };
}
