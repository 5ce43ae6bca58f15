/** What vCenter calls the guests of VirtualMachineGuestOsIdentifier that the sandbox meets. */
const names: Readonly<Record<string, string>> = {
  debian11_64Guest: 'Debian GNU/Linux 11 (64-bit)',
  debian12_64Guest: 'Debian GNU/Linux 12 (64-bit)',
  otherGuest: 'Other (32-bit)',
  otherGuest64: 'Other (64-bit)',
  rhel9_64Guest: 'Red Hat Enterprise Linux 9 (64-bit)',
  ubuntu64Guest: 'Ubuntu Linux (64-bit)',
  windows2019srv_64Guest: 'Microsoft Windows Server 2019 (64-bit)',
  windows2019srvNext_64Guest: 'Microsoft Windows Server 2022 (64-bit)',
};

/** `guestFullName` of a guest id; the id itself where the sandbox knows no name. */
export function guestFullName(guestId: string): string {
  return (Object.hasOwn(names, guestId) ? names[guestId] : undefined) ?? guestId;
}
