import type { TransferDriver } from './contract.ts';

export const httpsTransferDriver: TransferDriver = { name: 'https', scheme: 'https', defaultPort: 443 };
