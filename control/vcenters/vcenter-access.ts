import type { PlainVcenterAccess } from '../commands/command-input.ts';
import type { ControlContext } from '../context.ts';
import type { VcenterRow } from '../rows.ts';

type LoginRow = Pick<
  VcenterRow,
  'id' | 'platform_driver' | 'address' | 'username' | 'trusted_fingerprint' | 'certificate_authority' | 'login_version'
> & { readonly password_sealed: Buffer };

/** Where a vCenter's password is sealed at rest. */
export const passwordPlace = (vcenterId: string) => ({ table: 'vcenter', column: 'password_sealed', id: vcenterId });

/** How to log in to a vCenter, with the password in the clear. */
export function plainAccess(control: Pick<ControlContext, 'vault'>, row: LoginRow): PlainVcenterAccess {
  return {
    vcenterId: row.id,
    platformDriver: row.platform_driver,
    address: row.address,
    username: row.username,
    password: control.vault.open(row.password_sealed, passwordPlace(row.id)).toString('utf8'),
    trustedFingerprint: row.trusted_fingerprint,
    ca: row.certificate_authority,
    loginVersion: row.login_version,
  };
}
