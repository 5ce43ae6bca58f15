import type { InstallationUrls, RegionInfo } from './region.ts';

/**
 * Alibaba Cloud's regions, checked in 2026. Names, ids and the form of the endpoints, `oss-<id>[-internal].aliyuncs.com`, as in "OSS regions and endpoints"
 * (alibabacloud.com/help/en/oss/user-guide/regions-and-endpoints); zone redundancy as in "Zone-redundant storage", usage notes
 * (alibabacloud.com/help/en/doc-detail/90589.htm). LRS to ZRS is one-way, so a region missing there costs redundancy and never data.
 */
const table: readonly (readonly [id: string, name: string, zrs: boolean])[] = [
  ['cn-hangzhou', 'China (Hangzhou)', true],
  ['cn-shanghai', 'China (Shanghai)', true],
  ['cn-beijing', 'China (Beijing)', true],
  ['cn-zhangjiakou', 'China (Zhangjiakou)', true],
  ['cn-wulanchabu', 'China (Ulanqab)', true],
  ['cn-shenzhen', 'China (Shenzhen)', true],
  ['cn-hongkong', 'China (Hong Kong)', true],
  ['cn-qingdao', 'China (Qingdao)', false],
  ['cn-huhehaote', 'China (Hohhot)', false],
  ['cn-heyuan', 'China (Heyuan)', false],
  ['cn-guangzhou', 'China (Guangzhou)', false],
  ['cn-chengdu', 'China (Chengdu)', false],
  ['ap-northeast-1', 'Japan (Tokyo)', true],
  ['ap-northeast-2', 'South Korea (Seoul)', false],
  ['ap-southeast-1', 'Singapore', true],
  ['ap-southeast-3', 'Malaysia (Kuala Lumpur)', false],
  ['ap-southeast-5', 'Indonesia (Jakarta)', true],
  ['ap-southeast-6', 'Philippines (Manila)', false],
  ['ap-southeast-7', 'Thailand (Bangkok)', false],
  ['eu-central-1', 'Germany (Frankfurt)', true],
  ['eu-west-1', 'UK (London)', false],
  ['us-west-1', 'US (Silicon Valley)', false],
  ['us-east-1', 'US (Virginia)', false],
  ['me-east-1', 'UAE (Dubai)', false],
];

/** The built-in regions with the control and message URLs of this installation. */
export function builtinRegions(urls: InstallationUrls): readonly RegionInfo[] {
  return table.map(([id, name, zrs]) => ({
    id,
    name,
    zrs,
    endpoints: {
      regionId: id,
      control: urls.control,
      message: urls.message,
      data: { VPC: `<bucket>.oss-${id}-internal.aliyuncs.com`, INTERNET: `<bucket>.oss-${id}.aliyuncs.com` },
    },
  }));
}

/**
 * A simulated region for development, only where an operator configures it. Its vaults live in a directory or in the sandbox's object server; where that listens
 * is a setting of the storage target, so the region itself has no data host.
 */
export function sandboxRegion(urls: InstallationUrls): RegionInfo {
  const id = 'sandbox-1';
  return {
    id,
    name: 'Sandbox',
    zrs: false,
    endpoints: { regionId: id, control: urls.control, message: urls.message, data: {} },
  };
}
