import type { NetworkDriver } from './contract.ts';
import { networkDriver } from './endpoints.ts';

/** Public endpoints. */
export const internetNetworkDriver: NetworkDriver = networkDriver('internet', 'INTERNET');
