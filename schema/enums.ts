import { builder } from './builder.ts';

export const NetworkType = builder.enumType('NetworkType', {
  description: 'Which network a gateway uses to reach the control plane and the vault.',
  values: {
    VPC: { description: 'The internal endpoints of the vault’s region. The gateway must be in that region.' },
    INTERNET: { description: 'The public endpoints.' },
  } as const,
});

export const TransportMode = builder.enumType('TransportMode', {
  description: 'How a gateway reads and writes virtual disks.',
  values: {
    AUTO: {
      description:
        'Hot-add for virtual machines of the vCenter the gateway itself runs in, otherwise over the network (NFC).',
    },
    HOTADD: {
      description:
        'Disks are attached to the gateway’s own virtual machine. The fastest way, and increments read only what changed. The gateway must run in the same vCenter.',
    },
    NFC: {
      description:
        'Disks are streamed from and to the ESXi hosts over HTTPS (port 443). Works from anywhere, but every backup reads whole disks; only what changed is stored.',
    },
  } as const,
});

export const QuiesceMode = builder.enumType('QuiesceMode', {
  description: 'Whether the guest system is asked to bring its files into a consistent state before the snapshot.',
  values: {
    REQUIRE: { description: 'Ask, and fail the backup when the guest cannot.' },
    PREFER: { description: 'Ask, and go on with a crash-consistent snapshot when the guest cannot.' },
    NONE: { description: 'Do not ask: the snapshot is crash-consistent.' },
  } as const,
});
