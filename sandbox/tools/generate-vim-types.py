#!/usr/bin/python3
"""Writes the order and types of vim25 properties that the simulated vCenter accepts and answers.

Usage: /usr/bin/python3 sandbox/tools/generate-vim-types.py > sandbox/vcenter/gen/vim-types.json
Needs Debian's python3-pyvmomi (Apache-2.0), whose type metadata comes from VMware's own WSDL.

A property is written "name:type", followed by "?" when it is optional and "[]" when it repeats.
"""
import json
import sys

from pyVmomi import VmomiSupport as V
from pyVmomi import vmodl

NS = 'urn:vim25'

MANAGED = '''ManagedEntity Folder Datacenter ComputeResource ClusterComputeResource HostSystem Datastore Network
ResourcePool VirtualApp StoragePod OpaqueNetwork DistributedVirtualSwitch VmwareDistributedVirtualSwitch
VirtualMachine VirtualMachineSnapshot ServiceInstance SessionManager ViewManager View ManagedObjectView
ContainerView PropertyCollector PropertyFilter SearchIndex Task TaskManager VirtualDiskManager
AuthorizationManager ListView ExtensibleManagedObject DistributedVirtualPortgroup EnvironmentBrowser
HttpNfcLease OvfManager'''.split()

METHODS = '''RetrieveServiceContent CurrentTime Login Logout SessionIsActive TerminateSession CreateContainerView CreateListView DestroyView
ModifyListView ResetListView CreateFilter RetrieveProperties RetrievePropertiesEx ContinueRetrievePropertiesEx CancelRetrievePropertiesEx WaitForUpdates
WaitForUpdatesEx CheckForUpdates CancelWaitForUpdates CreatePropertyCollector DestroyPropertyCollector
DestroyPropertyFilter FindByUuid FindAllByUuid FindByInventoryPath FindChild CreateVM_Task CreateFolder
CreateSnapshot_Task CreateSnapshotEx_Task RemoveSnapshot_Task RemoveAllSnapshots_Task
ConsolidateVMDisks_Task QueryChangedDiskAreas ReconfigVM_Task PowerOnVM_Task PowerOffVM_Task Destroy_Task
UnregisterVM Rename_Task CancelTask DeleteVirtualDisk_Task
ExportVm ExportSnapshot ImportVApp HttpNfcLeaseProgress HttpNfcLeaseComplete HttpNfcLeaseAbort HttpNfcLeaseGetManifest
CreateImportSpec CreateDescriptor ParseDescriptor
RetrieveRolePermissions RetrieveAllPermissions RetrieveEntityPermissions SetEntityPermissions RemoveEntityPermission
AddAuthorizationRole UpdateAuthorizationRole RemoveAuthorizationRole
HasPrivilegeOnEntities HasPrivilegeOnEntity HasUserPrivilegeOnEntities FetchUserPrivilegeOnEntities'''.split()

# Reached through a declared base type only, so they have to be named.
SEEDS = '''ServiceContent UserSession AboutInfo PropertyFilterSpec RetrieveOptions RetrieveResult WaitOptions UpdateSet
TraversalSpec SelectionSpec OptionValue VirtualMachineConfigSpec VirtualMachineConfigInfo DiskChangeInfo
VirtualMachineSnapshotTree DatastoreSummary VmfsDatastoreInfo HostVmfsVolume VirtualMachineFileLayoutEx
VirtualDisk VirtualDiskFlatVer2BackingInfo VirtualDiskSparseVer2BackingInfo VirtualDiskSeSparseBackingInfo VirtualDiskRawDiskMappingVer1BackingInfo
ParaVirtualSCSIController VirtualLsiLogicController VirtualLsiLogicSASController VirtualAHCIController
VirtualIDEController VirtualPCIController VirtualPS2Controller VirtualSIOController VirtualNVMEController
VirtualVmxnet3 VirtualE1000 VirtualE1000e VirtualEthernetCardNetworkBackingInfo VirtualEthernetCardDistributedVirtualPortBackingInfo
VirtualCdrom VirtualCdromRemotePassthroughBackingInfo VirtualCdromAtapiBackingInfo VirtualMachineVideoCard VirtualMachineVMCIDevice VirtualKeyboard VirtualPointingDevice
ClusterComputeResourceSummary Description ElementDescription TaskReasonUser VirtualMachineImportSpec VirtualAppImportSpec'''.split()

FAULTS = '''InvalidLogin NotAuthenticated NoPermission InvalidArgument InvalidProperty InvalidRequest ManagedObjectNotFound NotSupported
NotImplemented RequestCanceled InvalidCollectorVersion InvalidState InvalidPowerState TaskInProgress FileFault FileLocked
FileNotFound FileAlreadyExists CannotAccessFile InvalidDatastorePath InvalidDatastore NoDiskSpace DuplicateName InvalidName InvalidVmConfig InvalidDeviceSpec InvalidDeviceBacking
InvalidDeviceOperation InvalidController DeviceNotFound MissingController GenericVmConfigFault SnapshotFault ApplicationQuiesceFault
FilesystemQuiesceFault InvalidSnapshotFormat InsufficientResourcesFault ConcurrentAccess VmConfigFault SystemError
HostCommunication HostNotConnected Timedout InvalidFolder TooManyDevices ResourceInUse NotFound InvalidType LimitExceeded MultipleSnapshotsNotSupported
OvfInvalidPackage OvfUnsupportedType OvfFault'''.split()

PRIMITIVES = {
    'string', 'boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'dateTime', 'base64Binary', 'anyURI', 'anyType',
}


def wsdl(t):
    if t is object:
        return 'anyType'
    name = V.GetWsdlName(t)
    if issubclass(t, V.ManagedObject) or t is V.ManagedObject:
        return 'ManagedObjectReference'
    if name in ('PropertyPath', 'TypeName', 'ManagedMethod', 'MethodName'):
        return 'string'
    return name


queue = []


def describe(name, t, flags):
    """One property, and its type put on the queue."""
    array = issubclass(t, list)
    item = getattr(t, 'Item', None) if array else t
    if isinstance(item, type) and (issubclass(item, V.DataObject) or issubclass(item, V.Enum)):
        queue.append(item)
    # pyVmomi folds the wrapper that stands on the wire into the fault itself.
    text = 'LocalizedMethodFault' if item is vmodl.MethodFault else wsdl(item)
    return '%s:%s%s%s' % (name, text, '?' if flags & V.F_OPTIONAL else '', '[]' if array else '')


def bases(t):
    for base in t.__bases__:
        if base in (V.DataObject, V.ManagedObject, object, Exception):
            continue
        if issubclass(base, (V.DataObject, V.ManagedObject)):
            return base
    return None


managed, methods, types, enums = {}, {}, {}, {}


def add_managed(t):
    name = V.GetWsdlName(t)
    if name in managed or t is V.ManagedObject:
        return
    base = bases(t)
    props = [describe(p.name, p.type, p.flags) for p in list(t._propInfo.values())]
    managed[name] = {'base': V.GetWsdlName(base) if base and base is not V.ManagedObject else '', 'props': props}
    for lazy in t._methodInfo.values():
        if lazy.wsdlName in METHODS:
            result = lazy.methodResult if hasattr(lazy, 'methodResult') else lazy.result
            if lazy.wsdlName.endswith('_Task'):
                result = V.ManagedObject
            text = 'void' if result is V.NoneType else describe('returnval', result, lazy.methodResultFlags if hasattr(lazy, 'methodResultFlags') else V.F_OPTIONAL).split(':', 1)[1]
            methods[lazy.wsdlName] = {
                'on': V.GetWsdlName(lazy.type) if hasattr(lazy, 'type') and lazy.type else name,
                'params': [describe(p.name, p.type, p.flags) for p in lazy.params],
                'result': text,
            }
    if base:
        add_managed(base)


for each in MANAGED:
    add_managed(V.GetWsdlType(NS, each))
for each in SEEDS + FAULTS:
    try:
        queue.append(V.GetWsdlType(NS, each))
    except KeyError:
        print('no type', each, file=sys.stderr)
while queue:
    t = queue.pop()
    name = V.GetWsdlName(t)
    if name in types or name in enums or t is V.DataObject:
        continue
    if issubclass(t, V.Enum):
        # `values` is an iterator that the library itself has used up.
        enums[name] = [str(v) for v in vars(t).values() if isinstance(v, t)]
        continue
    base = bases(t)
    inherited = {p.name for p in base._GetPropertyList()} if base else set()
    own = [p for p in t._GetPropertyList() if p.name not in inherited]
    if not base:
        own = [p for p in own if p.name not in ('dynamicType', 'dynamicProperty')]
    types[name] = {
        'base': V.GetWsdlName(base) if base else '',
        'props': [describe(p.name, p.type, p.flags) for p in own],
    }
    if base:
        queue.append(base)

types['LocalizedMethodFault'] = {'base': 'DynamicData', 'props': ['fault:MethodFault', 'localizedMessage:string?']}

for missing in [m for m in METHODS if m not in methods]:
    print('no method', missing, file=sys.stderr)


def lines(title, table):
    body = ',\n'.join('%s: %s' % (json.dumps(k), json.dumps(table[k], separators=(',', ':'))) for k in sorted(table))
    return '%s: {\n%s\n}' % (json.dumps(title), body)


print('{\n' + ',\n'.join([lines('managed', managed), lines('methods', methods), lines('types', types), lines('enums', enums)]) + '\n}')
