import { knownPrivileges } from './authorization/known-privileges.ts';
import { SimpleObject } from './core/managed-object.ts';
import type { World } from './core/world.ts';
import { DEFAULT_COLLECTOR } from './property/collectors.ts';
import { type Sessions, userSession } from './sessions.ts';
import type { MoRef, VimObject } from './soap/values.ts';

const managers = {
  propertyCollector: DEFAULT_COLLECTOR,
  viewManager: { type: 'ViewManager', value: 'ViewManager' },
  sessionManager: { type: 'SessionManager', value: 'SessionManager' },
  taskManager: { type: 'TaskManager', value: 'TaskManager' },
  searchIndex: { type: 'SearchIndex', value: 'SearchIndex' },
  virtualDiskManager: { type: 'VirtualDiskManager', value: 'virtualDiskManager' },
  ovfManager: { type: 'OvfManager', value: 'OvfManager' },
  authorizationManager: { type: 'AuthorizationManager', value: 'AuthorizationManager' },
} satisfies Readonly<Record<string, MoRef>>;

function aboutInfo(world: World): VimObject {
  return {
    $type: 'AboutInfo',
    name: 'VMware vCenter Server',
    fullName: 'VMware vCenter Server 8.0.2 build-22617221',
    vendor: 'VMware, Inc.',
    version: '8.0.2',
    build: '22617221',
    localeVersion: 'INTL',
    localeBuild: '000',
    osType: 'linux-x64',
    productLineId: 'vpx',
    apiType: 'VirtualCenter',
    apiVersion: '8.0.2.0',
    instanceUuid: world.instanceUuid,
    licenseProductName: 'VMware VirtualCenter Server',
    licenseProductVersion: '8.0',
  };
}

/** The service instance and the managers its content names. */
export function addServiceObjects(world: World, sessions: Sessions): void {
  const content: VimObject = {
    $type: 'ServiceContent',
    rootFolder: world.root.ref,
    about: aboutInfo(world),
    ...managers,
  };
  world.objects.add(
    new SimpleObject(
      { type: 'ServiceInstance', value: 'ServiceInstance' },
      { content, serverClock: () => world.now() },
    ),
  );
  world.objects.add(
    new SimpleObject(managers.sessionManager, {
      currentSession: () => {
        const session = sessions.current();
        return session && userSession(session);
      },
      sessionList: () => sessions.all().map(userSession),
      defaultLocale: 'en',
      supportedLocaleList: ['en'],
      messageLocaleList: ['en'],
    }),
  );
  world.objects.add(new SimpleObject(managers.viewManager, {}));
  world.objects.add(new SimpleObject(managers.searchIndex, {}));
  world.objects.add(new SimpleObject(managers.virtualDiskManager, {}));
  world.objects.add(new SimpleObject(managers.ovfManager, { ovfImportOption: [], ovfExportOption: [] }));
  world.objects.add(
    new SimpleObject(managers.authorizationManager, {
      roleList: () => world.authorization.roles(),
      privilegeList: knownPrivileges.map((privId) => ({
        $type: 'AuthorizationPrivilege',
        privId,
        onParent: false,
        name: privId.slice(privId.lastIndexOf('.') + 1),
        privGroupName: privId.slice(0, privId.lastIndexOf('.')),
      })),
    }),
  );
  world.objects.add(new SimpleObject(managers.propertyCollector, {}));
  world.objects.add(
    new SimpleObject(managers.taskManager, {
      recentTask: () =>
        world.objects
          .all()
          .filter((object) => object.ref.type === 'Task')
          .slice(-20)
          .map((task) => task.ref),
      maxCollector: 32,
    }),
  );
  world.objects.add(new SimpleObject({ type: 'EnvironmentBrowser', value: 'envbrowser-1' }, {}));
}
