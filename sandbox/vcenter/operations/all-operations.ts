import type { Collectors } from '../property/collectors.ts';
import type { OperationTable } from './operation.ts';
import { propertyOperations } from './property-operations.ts';
import { searchOperations } from './search-operations.ts';
import { sessionOperations } from './session-operations.ts';
import { viewOperations } from './view-operations.ts';

/** Every vim25 method the sandbox answers, by WSDL name. */
export function allOperations(collectors: Collectors): OperationTable {
  return {
    ...sessionOperations,
    ...viewOperations,
    ...searchOperations,
    ...propertyOperations(collectors),
  };
}
