#!/usr/bin/python3
"""A vSphere client that knows nothing of this project: pyVmomi, driven line by line.

The first line of standard input is {address, username, password}, every other one {call, ...arguments}; each is answered by one line,
{ok: value} or {error: text}.
"""
import json
import os
import ssl
import sys
import time
import urllib.request

from pyVim.connect import Disconnect, SmartConnect
from pyVim.task import WaitForTask
from pyVmomi import VmomiSupport, vim

context = ssl._create_unverified_context()
connection = json.loads(sys.stdin.readline())
host, port = connection['address'].rsplit(':', 1)
si = SmartConnect(host=host, port=int(port), user=connection['username'], pwd=connection['password'], sslContext=context)
content = si.RetrieveContent()


def managed(kind, ref):
    return VmomiSupport.GetWsdlType('urn:vim25', kind)(ref, si._stub)


def disks_of(config):
    return [{'key': d.key, 'uuid': d.backing.uuid, 'capacityBytes': d.capacityInBytes, 'fileName': d.backing.fileName,
             'changeId': d.backing.changeId}
            for d in config.hardware.device if isinstance(d, vim.vm.device.VirtualDisk)]


def path_of(entity):
    names = []
    while entity.parent:
        if not (isinstance(entity, vim.Folder) and isinstance(entity.parent, vim.Datacenter)):
            names.insert(0, entity.name)
        entity = entity.parent
    return '/'.join(names)


def inventory():
    view = content.viewManager.CreateContainerView(content.rootFolder, [vim.VirtualMachine], True)
    found = [{'ref': vm._moId, 'path': path_of(vm), 'biosUuid': vm.config.uuid, 'instanceUuid': vm.config.instanceUuid,
              'disks': disks_of(vm.config)} for vm in view.view]
    view.Destroy()
    return found


def track(vm):
    WaitForTask(managed('VirtualMachine', vm).Reconfigure(vim.vm.ConfigSpec(changeTrackingEnabled=True)))


def take(vm, name):
    task = managed('VirtualMachine', vm).CreateSnapshot(name, 'by pyVmomi', False, False)
    WaitForTask(task)
    return task.info.result._moId


def snapshot_disks(snapshot):
    return disks_of(managed('VirtualMachineSnapshot', snapshot).config)


def remove(snapshot):
    WaitForTask(managed('VirtualMachineSnapshot', snapshot).Remove(False, True))


def changed(vm, snapshot, key, capacity, change_id):
    """All areas as the server words them, asked for as often as the disk needs."""
    areas, offset, calls = [], 0, 0
    while offset < capacity:
        page = managed('VirtualMachine', vm).QueryChangedDiskAreas(
            managed('VirtualMachineSnapshot', snapshot), key, offset, change_id)
        areas += [{'start': a.start, 'length': a.length} for a in page.changedArea]
        offset = page.startOffset + page.length
        calls += 1
    return {'areas': areas, 'calls': calls}


def ready(lease):
    while lease.state == vim.HttpNfcLease.State.initializing:
        time.sleep(0.02)
    if lease.state == vim.HttpNfcLease.State.error:
        raise lease.error
    return lease.info


def url_of(device):
    return device.url.replace('//*/', '//%s:%s/' % (host, port))


def export(snapshot, directory):
    lease = managed('VirtualMachineSnapshot', snapshot).ExportSnapshot()
    files = []
    for device in [d for d in ready(lease).deviceUrl if d.disk]:
        path = os.path.join(directory, device.targetId)
        with urllib.request.urlopen(url_of(device), context=context) as answer, open(path, 'wb') as file:
            while True:
                block = answer.read(65536)
                if not block:
                    break
                file.write(block)
        files.append(path)
        lease.Progress(50)
    lease.Complete()
    return files


def import_vm(name, pool, folder, datastore, disks):
    """`disks`: [{path, capacityBytes}], as streamOptimized VMDK."""
    find = content.searchIndex.FindByInventoryPath
    changes = [vim.vm.device.VirtualDeviceSpec(operation='add', device=vim.vm.device.ParaVirtualSCSIController(
        key=-1, busNumber=0, sharedBus='noSharing'))]
    for unit, disk in enumerate(disks):
        backing = vim.vm.device.VirtualDisk.FlatVer2BackingInfo(
            fileName='[%s]' % datastore, diskMode='persistent', thinProvisioned=True)
        changes.append(vim.vm.device.VirtualDeviceSpec(operation='add', fileOperation='create', device=vim.vm.device.VirtualDisk(
            key=-100 - unit, controllerKey=-1, unitNumber=unit, capacityInKB=disk['capacityBytes'] // 1024, backing=backing)))
    config = vim.vm.ConfigSpec(name=name, guestId='debian12_64Guest', numCPUs=1, memoryMB=256,
                               files=vim.vm.FileInfo(vmPathName='[%s]' % datastore), deviceChange=changes)
    lease = find(pool).ImportVApp(vim.vm.VmImportSpec(configSpec=config), find(folder))
    info = ready(lease)
    for device, disk in zip([d for d in info.deviceUrl if d.disk], disks):
        with open(disk['path'], 'rb') as file:
            request = urllib.request.Request(url_of(device), data=file, method='POST', headers={
                'Content-Type': 'application/x-vnd.vmware-streamVmdk',
                'Content-Length': str(os.path.getsize(disk['path']))})
            urllib.request.urlopen(request, context=context).close()
        lease.Progress(100 * (disks.index(disk) + 1) // len(disks))
    lease.Complete()
    return info.entity._moId


calls = {f.__name__: f for f in (inventory, track, take, snapshot_disks, remove, changed, export, import_vm)}
for line in sys.stdin:
    arguments = json.loads(line)
    try:
        answer = {'ok': calls[arguments.pop('call')](**arguments)}
    except Exception as error:  # told to whoever asked
        answer = {'error': '%s: %s' % (type(error).__name__, error)}
    print(json.dumps(answer), flush=True)
Disconnect(si)
