/** How the simulated hosts hand out and serve NFC leases. */
export interface NfcOptions {
  /** Milliseconds without HttpNfcLeaseProgress after which a lease times out; 300,000 when absent, as of vCenter. */
  readonly leaseTimeoutMs?: number;
  /**
   * The host in device URLs: its address, `*` (whatever address the client has connected to, which then serves the disk itself), or one after
   * the other, which is the default.
   */
  readonly urls?: 'host' | 'wildcard' | 'mixed';
  /** Most leases at a time; no limit when absent. */
  readonly maxLeases?: number;
  /** Most transfers at a time from or to one host; no limit when absent. */
  readonly maxTransfers?: number;
  /** Every uploaded VMDK is kept in this directory as well. */
  readonly keepUploads?: string;
}
