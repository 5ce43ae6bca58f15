import { DriverError } from '../../../base/errors.ts';
import type { ObjectInfo } from '../contract.ts';
import { isKey } from '../keys.ts';
import type { OssClient } from './client.ts';
import { childrenOf, childText, decodeName, parseXml, type XmlElement } from './xml.ts';

const PAGE_AT_MOST = 16 << 20;

/**
 * ListObjectsV2, page after page, as it is consumed. What is no key of ours (a console's folder mark) is left out. A list
 * that ends before its end, begins again or goes in circles is an error and never taken for what the vault holds.
 */
export async function* listObjects(
  client: OssClient,
  { root, pageSize }: { readonly root: string; readonly pageSize: number },
  options: { readonly prefix: string; readonly after?: string },
  signal: AbortSignal,
): AsyncIterable<ObjectInfo> {
  const what = `The list of ${options.prefix || 'the vault'}`;
  let continuation: string | undefined;
  let last = options.after ?? '';
  do {
    const { body } = await client.call({
      what,
      method: 'GET',
      query: {
        'list-type': '2',
        'encoding-type': 'url',
        'max-keys': String(pageSize),
        prefix: root + options.prefix,
        ...(continuation === undefined
          ? options.after !== undefined && { 'start-after': root + options.after }
          : { 'continuation-token': continuation }),
      },
      accept: () => PAGE_AT_MOST,
      signal,
    });
    const page = parseXml(body);
    if (page?.name !== 'ListBucketResult') throw badPage(what);
    for (const entry of childrenOf(page, 'Contents')) {
      const info = infoOf(entry, root, what);
      if (!isKey(info.key)) continue;
      if (info.key <= last || !info.key.startsWith(options.prefix)) throw badPage(what);
      last = info.key;
      yield info;
    }
    const next = nextOf(page, what);
    if (next !== undefined && next === continuation) throw badPage(what);
    continuation = next;
  } while (continuation !== undefined);
}

/** Undefined: the page was the last. */
function nextOf(page: XmlElement, what: string): string | undefined {
  const isTruncated = childText(page, 'IsTruncated');
  if (isTruncated === 'false') return undefined;
  const token = childText(page, 'NextContinuationToken');
  if (isTruncated !== 'true' || !token) throw badPage(what);
  return token;
}

function infoOf(entry: XmlElement, root: string, what: string): ObjectInfo {
  const name = decodeName(childText(entry, 'Key')) ?? '';
  const size = Number(childText(entry, 'Size'));
  const time = Date.parse(childText(entry, 'LastModified') ?? '');
  if (!name.startsWith(root) || !Number.isSafeInteger(size) || Number.isNaN(time)) throw badPage(what);
  return { key: name.slice(root.length), size, modifiedAt: new Date(time).toISOString() };
}

/** Most likely cut off where no length told of it. */
function badPage(what: string): DriverError {
  return new DriverError({
    kind: 'transient',
    code: 'SHORT_BODY',
    message: `${what} came back incomplete.`,
    remedy: 'Try again; if it stays so, check that the endpoint is Alibaba Cloud OSS.',
  });
}
