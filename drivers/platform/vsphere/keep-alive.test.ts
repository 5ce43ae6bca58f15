import { expect, test, vi } from 'vitest';
import { systemIds } from '../../../base/ids.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import { createVsphereDriver } from './driver.ts';
import { envelope, fault, type RawRequest, startRawServer } from './testing/raw-server.ts';

const ref = (name: string, type: string) => `<${name} type="${type}">${type}</${name}>`;
const about =
  '<about><name>n</name><fullName>f</fullName><vendor>v</vendor><version>8.0.0</version><build>1</build><osType>o</osType>' +
  '<productLineId>vpx</productLineId><apiType>VirtualCenter</apiType><apiVersion>8.0</apiVersion>' +
  '<instanceUuid>AA-BB</instanceUuid></about>';
const answers: Readonly<Record<string, string>> = {
  RetrieveServiceContent:
    `<returnval>${ref('rootFolder', 'Folder')}${ref('propertyCollector', 'PropertyCollector')}${about}` +
    `${ref('sessionManager', 'SessionManager')}</returnval>`,
  Login: '<returnval><key>k</key><userName>u</userName></returnval>',
  CurrentTime: '<returnval>2026-01-01T00:00:00Z</returnval>',
  Logout: '',
};

function answer({ body }: RawRequest) {
  const operation = operationOf(body);
  const content = answers[operation];
  if (content === undefined) return fault('InvalidRequest', operation);
  return { body: envelope(`<${operation}Response xmlns="urn:vim25">${content}</${operation}Response>`) };
}

function operationOf(body: string): string {
  return /<soap:Body><(\w+)/.exec(body)?.[1] ?? '';
}

test('an idle session is kept alive every ten minutes until it is closed', async () => {
  await using server = await startRawServer(answer);
  const clock = new ManualClock();
  const session = await createVsphereDriver({ clock, ids: systemIds }).connect(
    {
      address: `${server.host}:${server.port}`,
      username: 'u',
      password: 'p',
      trustedFingerprint: server.fingerprint,
    },
    new AbortController().signal,
  );
  expect(await session.about(new AbortController().signal)).toMatchObject({ instanceUuid: 'aa-bb', kind: 'VCENTER' });
  const seen = () => server.requests.map((request) => operationOf(request.body));
  for (let round = 1; round <= 3; round++) {
    await clock.advance(10 * 60_000);
    await vi.waitFor(() => expect(seen().filter((name) => name === 'CurrentTime')).toHaveLength(round));
    // The loop sleeps again only after it has read the answer.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await session[Symbol.asyncDispose]();
  await clock.advance(60 * 60_000);
  expect(seen()).toEqual(['RetrieveServiceContent', 'Login', 'CurrentTime', 'CurrentTime', 'CurrentTime', 'Logout']);
});
