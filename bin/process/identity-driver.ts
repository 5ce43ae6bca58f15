import type { IdentityDriver } from '../../drivers/identity/contract.ts';
import type { Environment } from '../configuration/read.ts';
import { pem } from './tls-files.ts';

/**
 * The identity driver with what the operator has set, where it takes settings. Whose keys count is never left open: without a list it is the account whose role
 * the vaults are kept with. Throws BAD_CONFIGURATION.
 */
export async function identityDriver(driver: IdentityDriver, environment: Environment): Promise<IdentityDriver> {
  if (!driver.configure) return driver;
  const { HOLDFAST_RAM_STS_ENDPOINT: stsEndpoint, HOLDFAST_RAM_STS_CA_FILE: caFile } = environment;
  const accountIds = environment.HOLDFAST_RAM_ACCOUNT_IDS || accountOf(environment.HOLDFAST_STORAGE_ROLE_ARN);
  return driver.configure({
    ...(stsEndpoint && { stsEndpoint }),
    ...(caFile && { ca: await pem('HOLDFAST_RAM_STS_CA_FILE', caFile) }),
    ...(accountIds && { accountIds }),
  });
}

/** `acs:ram::<account>:role/<name>` */
function accountOf(roleArn: string | undefined): string | undefined {
  return /^acs:ram::(\d+):role\//.exec(roleArn ?? '')?.[1];
}
