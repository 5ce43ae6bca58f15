import type { TransferDriver } from './contract.ts';

/** Cheaper on the gateway's CPU; what travels is encrypted by the repository before. */
export const httpTransferDriver: TransferDriver = { name: 'http', scheme: 'http', defaultPort: 80 };
