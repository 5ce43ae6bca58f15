/** Which endpoint each channel uses from where a gateway stands. Pure: no I/O. Names: `vpc`, `internet`. */
export interface NetworkDriver {
  readonly name: string;
  readonly networkType: NetworkType;
  /** BAD_CONFIGURATION (needsPerson) when the region has no such endpoint. */
  endpoint(channel: Channel, region: RegionEndpoints): ChannelEndpoint;
  /** Everything a firewall must let through for this network, vCenter and ESXi included. */
  requiredEndpoints(region: RegionEndpoints, options: { readonly useHttps: boolean }): readonly RequiredEndpoint[];
}

export type NetworkType = 'VPC' | 'INTERNET';
export type Channel = 'CONTROL' | 'MESSAGE' | 'DATA';

/** One region's addresses: from the built-in table, overridden by a private installation's configuration. */
export interface RegionEndpoints {
  readonly regionId: string;
  readonly control: Readonly<Partial<Record<NetworkType, string>>>;
  readonly message: Readonly<Partial<Record<NetworkType, string>>>;
  /** Host pattern; `<bucket>` stands for the bucket. Absent for a directory. */
  readonly data: Readonly<Partial<Record<NetworkType, string>>>;
}

export interface ChannelEndpoint {
  /** Absolute URL for CONTROL and MESSAGE (`https:`, `http:`, `mqtt:`, `mqtts:`), host pattern for DATA. */
  readonly url: string;
}

export interface RequiredEndpoint {
  /** A name or address (IPv6 without brackets), or a place-holder such as `<vcenter>` for what only the reader knows. */
  readonly host: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  /** PAGE: the gateway's own page, for people. */
  readonly channel: Channel | 'VSPHERE' | 'DNS' | 'PAGE';
  /** As the gateway sees it: OUTBOUND, it connects to `host`; INBOUND, it is connected to. */
  readonly direction: 'OUTBOUND' | 'INBOUND';
  readonly purpose: string;
}
