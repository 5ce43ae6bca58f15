import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../start.ts';
import { escapeXml } from '../../vcenter/soap/xml.ts';
import { NfcTestClient } from '../test-client.ts';
import { importSpec } from './import-spec.ts';
import { readDescriptor } from './read-descriptor.ts';

const MIB = 2 ** 20;

let directory: string;
let sandbox: RunningSandbox;
let client: NfcTestClient;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-ovf-'));
  sandbox = await startSandbox({
    directory,
    taskDelayMs: 2,
    vms: [
      { name: 'two & more', powerState: 'poweredOff', disks: [{ capacityBytes: 2 * MIB }, { capacityBytes: MIB }] },
    ],
  });
  client = await NfcTestClient.login(sandbox);
});

afterAll(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true, force: true });
});

const unescaped = (xml: string) =>
  xml.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

const network = (name: string) => ({ name, ref: { type: 'Network', value: 'network-1' } });
const plan = { name: 'copy', datastore: 'datastore2', thin: true, networkFor: network };

/** As other tools write them: no prefix on elements, capacity in units, the disk's unit left to the reader. */
const foreign = `<?xml version="1.0"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="urn:rasd">
  <References><File ovf:id="f" ovf:href="a.vmdk" ovf:size="4096"/></References>
  <DiskSection><Info/>
    <Disk ovf:diskId="d" ovf:fileRef="f" ovf:capacity="3" ovf:capacityAllocationUnits="byte * 2^30"/>
    <Disk ovf:diskId="empty" ovf:capacity="1048576"/>
  </DiskSection>
  <VirtualSystem ovf:id="foreign"><Info/><VirtualHardwareSection><Info/>
    <Item><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>4</rasd:VirtualQuantity></Item>
    <Item><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>1024</rasd:VirtualQuantity></Item>
    <Item><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceSubType>LsiLogic</rasd:ResourceSubType><rasd:ResourceType>6</rasd:ResourceType></Item>
    <Item><rasd:HostResource>/disk/d</rasd:HostResource><rasd:InstanceID>4</rasd:InstanceID><rasd:Parent>3</rasd:Parent><rasd:ResourceType>17</rasd:ResourceType></Item>
    <Item><rasd:HostResource>ovf:/disk/empty</rasd:HostResource><rasd:InstanceID>5</rasd:InstanceID><rasd:Parent>3</rasd:Parent><rasd:ResourceType>17</rasd:ResourceType></Item>
    <Item><rasd:InstanceID>6</rasd:InstanceID><rasd:ResourceType>23</rasd:ResourceType></Item>
  </VirtualHardwareSection></VirtualSystem>
</Envelope>`;

describe('the descriptor of an exported VM', () => {
  it('describes a VM that can be imported', async () => {
    const vm = await client.find('Hangzhou/vm/two &amp; more');
    const lease = await client.reference('ExportVm', vm);
    const devices = await client.devices(lease);
    await client.call('HttpNfcLeaseComplete', lease);
    const files = devices.map(
      ({ key }, index) =>
        `<ovfFiles><deviceId>${key}</deviceId><path>disk-${index}.vmdk</path><size>70144</size></ovfFiles>`,
    );
    const [type, id] = vm.split(':');
    const answer = await client.call(
      'CreateDescriptor',
      'OvfManager:OvfManager',
      `<obj type="${type}">${id}</obj><cdp>${files.join('')}</cdp>`,
    );
    const text = unescaped(/<ovfDescriptor>(.*)<\/ovfDescriptor>/s.exec(answer)?.[1] ?? '');
    const ovf = readDescriptor(text);
    expect(ovf).toMatchObject({ name: 'two & more', guestId: 'debian12_64Guest', firmware: 'efi' });
    expect([...ovf.disks.values()].map((disk) => disk.capacityBytes)).toEqual([2 * MIB, MIB]);
    const { spec, files: items } = importSpec(ovf, plan);
    expect(items).toMatchObject([
      { deviceId: '/copy/ParaVirtualSCSIController0:0', path: 'disk-0.vmdk', size: 70144 },
      { deviceId: '/copy/ParaVirtualSCSIController0:1', path: 'disk-1.vmdk' },
    ]);
    expect(spec).toMatchObject({ configSpec: { numCPUs: 2, memoryMB: 2048, files: { vmPathName: '[datastore2]' } } });
  });
});

describe('a descriptor that another program wrote', () => {
  it('becomes the spec of a VM', () => {
    const { spec, files } = importSpec(readDescriptor(foreign), plan);
    expect(files).toEqual([
      {
        $type: 'OvfFileItem',
        deviceId: '/copy/VirtualLsiLogicController0:0',
        path: 'a.vmdk',
        size: 4096,
        cimType: 17,
        create: false,
      },
    ]);
    expect(spec).toMatchObject({
      configSpec: {
        numCPUs: 4,
        memoryMB: 1024,
        deviceChange: [
          { device: { $type: 'VirtualLsiLogicController' } },
          { device: { unitNumber: 0, capacityInBytes: 3 * 2 ** 30, backing: { thinProvisioned: true } } },
          { device: { unitNumber: 1, capacityInBytes: MIB } },
        ],
      },
    });
  });

  const manager = 'OvfManager:OvfManager';
  const common = '<locale></locale><deploymentOption></deploymentOption>';

  it('can be looked at without importing it', async () => {
    const parse = (text: string) =>
      client.call('ParseDescriptor', manager, `<ovfDescriptor>${escapeXml(text)}</ovfDescriptor><pdp>${common}</pdp>`);
    expect(await parse(foreign)).toContain('<defaultEntityName>foreign</defaultEntityName>');
    expect(await parse('<Envelope')).toContain('xsi:type="OvfInvalidPackage"');
  });

  it('of a missing file is an error in the result, not a fault', async () => {
    const text = foreign.replace('ovf:id="f"', 'ovf:id="other"');
    const datastore = await client.find('Hangzhou/datastore/datastore1');
    const cluster = await client.find('Hangzhou/host/production');
    const [, pool] = /<returnval[^>]*>([^<]+)</.exec(await client.property(cluster, 'resourcePool')) ?? [];
    const answer = await client.call(
      'CreateImportSpec',
      manager,
      `<ovfDescriptor>${escapeXml(text)}</ovfDescriptor><resourcePool type="ResourcePool">${pool}</resourcePool>
       <datastore type="Datastore">${datastore.split(':')[1]}</datastore><cisp>${common}<entityName>x</entityName></cisp>`,
    );
    expect(answer).toContain('xsi:type="OvfInvalidPackage"');
    expect(answer).toContain('There is no file f.');
    expect(answer).not.toContain('<importSpec');
  });
});
