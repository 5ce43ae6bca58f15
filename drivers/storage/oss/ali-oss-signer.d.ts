/** The part of ali-oss that signs. @types/ali-oss describes only the client, and the client does more than signing. */
declare module 'ali-oss/lib/common/signUtils.js' {
  /** Reads `x-oss-date` from the headers; a query value of null is a bare name, such as `uploads`. */
  export function authorizationV4(
    accessKeyId: string,
    accessKeySecret: string,
    region: string,
    method: string,
    request: {
      readonly headers: Readonly<Record<string, string>>;
      readonly queries: Readonly<Record<string, string | null>>;
    },
    bucketName: string,
    objectName?: string,
  ): string;
}
