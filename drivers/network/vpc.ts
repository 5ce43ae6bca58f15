import type { NetworkDriver } from './contract.ts';
import { networkDriver } from './endpoints.ts';

/** Internal endpoints: for gateways inside a VPC, or connected to it by VPN or leased line. */
export const vpcNetworkDriver: NetworkDriver = networkDriver('vpc', 'VPC');
