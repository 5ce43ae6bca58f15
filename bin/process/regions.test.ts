import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpointsOfRegion, findRegion } from '../../control/regions/region.ts';
import { readRegions } from './regions.ts';

const urls = {
  control: { INTERNET: 'https://backup.example', VPC: 'https://10.0.0.1' },
  message: { INTERNET: 'mqtts://backup.example' },
};

describe('HOLDFAST_REGIONS_FILE', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regions-'));
  });
  afterAll(() => rm(directory, { recursive: true }));
  const read = async (content: unknown, withSandbox = false) => {
    const path = join(directory, 'regions.json');
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return readRegions({ HOLDFAST_REGIONS_FILE: path, HOLDFAST_SANDBOX_REGION: withSandbox }, urls);
  };

  it('is not needed', async () => {
    const regions = await readRegions({ HOLDFAST_REGIONS_FILE: undefined, HOLDFAST_SANDBOX_REGION: false }, urls);
    expect(findRegion(regions, 'cn-shanghai')).toEqual({
      id: 'cn-shanghai',
      name: 'China (Shanghai)',
      zrs: true,
      endpoints: {
        regionId: 'cn-shanghai',
        ...urls,
        data: {
          VPC: '<bucket>.oss-cn-shanghai-internal.aliyuncs.com',
          INTERNET: '<bucket>.oss-cn-shanghai.aliyuncs.com',
        },
      },
    });
    expect(findRegion(regions, 'sandbox-1')).toBeUndefined();
  });

  it('adds regions, changes built-in ones part by part, and hides some', async () => {
    const regions = await read({
      regions: [
        { id: 'dc-west', name: 'Data centre west', data: { VPC: '<bucket>.objects.west.example:9000' } },
        { id: 'cn-beijing', name: 'Beijing', zrs: false, control: { VPC: 'https://10.9.0.1/' } },
        { id: 'cn-qingdao', hidden: true },
      ],
    });
    const config = { regions, publicUrls: urls.control, messageUrls: urls.message };
    expect(regions.at(-1)).toEqual({
      id: 'dc-west',
      name: 'Data centre west',
      zrs: false,
      endpoints: { regionId: 'dc-west', ...urls, data: { VPC: '<bucket>.objects.west.example:9000' } },
    });
    expect(findRegion(regions, 'cn-beijing')).toMatchObject({
      name: 'Beijing',
      zrs: false,
      endpoints: {
        control: { INTERNET: 'https://backup.example', VPC: 'https://10.9.0.1' },
        message: urls.message,
        data: { VPC: '<bucket>.oss-cn-beijing-internal.aliyuncs.com' },
      },
    });
    expect(findRegion(regions, 'cn-qingdao')).toBeUndefined();
    expect(endpointsOfRegion({ config }, 'cn-beijing').control.VPC).toBe('https://10.9.0.1');
    // A vault of a region that is offered no longer is still reached.
    expect(endpointsOfRegion({ config }, 'cn-qingdao').control).toEqual(urls.control);
  });

  it('can leave only the regions it names', async () => {
    const regions = await read(
      { builtIn: false, regions: [{ id: 'sandbox-1' }, { id: 'cn-shanghai' }, { id: 'own-1', name: 'Own' }] },
      true,
    );
    expect(regions.map(({ id }) => id)).toEqual(['sandbox-1', 'cn-shanghai', 'own-1']);
  });

  it.each([
    ['nonsense', /it is not JSON: /],
    [{ regions: 3 }, /regions: .*expected array/],
    [{ regions: [{ id: 'Own 1', name: 'x' }] }, /regions\.0\.id: is not lower-case/],
    [{ regions: [{ id: 'own-1' }] }, /regions\.0\.name: is needed, because own-1 is not a built-in region/],
    [
      {
        regions: [
          { id: 'a-1', name: 'x' },
          { id: 'a-1', name: 'y' },
        ],
      },
      /regions\.1\.id: is there twice/,
    ],
    [{ regions: [{ id: 'a-1', name: 'x', data: { VPC: 'https://host' } }] }, /regions\.0\.data\.VPC: is not a host/],
    [{ regions: [{ id: 'a-1', name: 'x', control: { VPC: 'ftp://host' } }] }, /regions\.0\.control\.VPC: /],
    [{ regions: [{ id: 'a-1', name: 'x', message: { internet: 'mqtt://host' } }] }, /regions\.0\.message: /],
    [{ regions: [{ id: 'a-1', name: 'x', zone: true }] }, /regions\.0: .*zone/],
    [{ builtIn: false, regions: [] }, /no region is left/],
  ])('says where it is wrong: %j', async (content, problem) => {
    const reading = read(content);
    await expect(reading).rejects.toMatchObject({
      code: 'BAD_CONFIGURATION',
      remedy: expect.stringContaining('docs/regions.md'),
    });
    await expect(reading).rejects.toThrow(problem);
    await expect(reading).rejects.toThrow(/regions\.json/);
  });

  it('looks as docs/regions.md shows', async () => {
    const page = await readFile(new URL('../../docs/regions.md', import.meta.url), 'utf8');
    const examples = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, json = '']) => json);
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const example of examples) expect((await read(example)).length).toBeGreaterThan(0);
  });

  it('has to be there', async () => {
    const path = join(directory, 'missing.json');
    const reading = readRegions({ HOLDFAST_REGIONS_FILE: path, HOLDFAST_SANDBOX_REGION: false }, urls);
    await expect(reading).rejects.toThrow(/HOLDFAST_REGIONS_FILE cannot be read: ENOENT.*missing\.json/);
  });
});
