import type { QueryFieldBuilder } from '@pothos/core';
import { endpointsAsText } from '../control/regions/endpoints-text.ts';
import { type RequiredEndpoints, requiredEndpoints } from '../control/regions/required-endpoints.ts';
import { type BuilderTypes, builder } from './builder.ts';
import { NetworkType } from './enums.ts';

const EndpointProtocol = builder.enumType('EndpointProtocol', {
  description: 'The protocol a firewall sees.',
  values: { TCP: { description: 'TCP.' }, UDP: { description: 'UDP.' } } as const,
});

const EndpointChannel = builder.enumType('EndpointChannel', {
  description: 'What an endpoint belongs to.',
  values: {
    CONTROL: { description: 'The control channel: activation, jobs, inventory, secrets (HTTPS).' },
    MESSAGE: { description: 'The message channel: wake-ups, heartbeats, progress (MQTT).' },
    DATA: { description: 'The data channel: the vault’s objects (HTTPS or HTTP).' },
    VSPHERE: { description: 'vCenter and ESXi hosts.' },
    DNS: { description: 'Name servers.' },
    PAGE: { description: 'The gateway’s own page, where it is activated and watched.' },
  } as const,
});

const EndpointDirection = builder.enumType('EndpointDirection', {
  description: 'Who opens the connection.',
  values: {
    OUTBOUND: { description: 'The gateway connects to the host.' },
    INBOUND: { description: 'Others connect to the gateway.' },
  } as const,
});

const RequiredEndpoint = builder.objectRef<RequiredEndpoints['endpoints'][number]>('RequiredEndpoint').implement({
  description: 'A host and port that a firewall must let through for a gateway to work.',
  fields: (t) => ({
    host: t.exposeString('host', {
      description:
        'A name or an address. `<vcenter>`, `<esxi-host>`, `<dns-server>` and `<gateway>` stand for your own.',
    }),
    port: t.exposeInt('port', { description: 'The port at that host.' }),
    protocol: t.expose('protocol', { type: EndpointProtocol, description: 'TCP or UDP.' }),
    channel: t.expose('channel', { type: EndpointChannel, description: 'What it belongs to.' }),
    direction: t.expose('direction', { type: EndpointDirection, description: 'Who opens the connection.' }),
    purpose: t.exposeString('purpose', { description: 'What it is for, for people.' }),
  }),
});

function endpointArgs(t: QueryFieldBuilder<BuilderTypes, unknown>) {
  return {
    regionId: t.arg.string({ required: true, description: 'The region of the vault; `regions` lists them.' }),
    networkType: t.arg({
      type: NetworkType,
      required: true,
      description:
        'The gateway’s network type: the way its data takes, and the other two channels unless they are given.',
    }),
    useHttps: t.arg.boolean({ required: true, description: 'Whether its data travels by HTTPS (443) or HTTP (80).' }),
    controlNetworkType: t.arg({
      type: NetworkType,
      description: 'The control network chosen at activation, where it is another one.',
    }),
    messageNetworkType: t.arg({
      type: NetworkType,
      description: 'The message channel’s network chosen at activation, where it is another one.',
    }),
  };
}

const whose =
  'The hosts are those of this installation: its own control plane and broker, and the object storage it is configured with.';

builder.queryField('requiredEndpoints', (t) =>
  t.field({
    type: [RequiredEndpoint],
    nullable: true,
    authScopes: { scope: 'gateway:read' },
    complexity: { field: 1, multiplier: 10 },
    description: `Everything a firewall must let through for a gateway, vCenter and ESXi included. ${whose} Scope: \`gateway:read\`.`,
    args: endpointArgs(t),
    resolve: (_root, args, { control, viewer }) => [...requiredEndpoints(control, viewer, args).endpoints],
  }),
);

builder.queryField('requiredEndpointsAsText', (t) =>
  t.string({
    nullable: true,
    authScopes: { scope: 'gateway:read' },
    description: `The same as a text to paste: one rule a line (direction, protocol, host, port), what it is for behind \`#\`. ${whose} Scope: \`gateway:read\`.`,
    args: endpointArgs(t),
    resolve: (_root, args, { control, viewer }) => endpointsAsText(requiredEndpoints(control, viewer, args)),
  }),
);
