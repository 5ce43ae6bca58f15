#!/usr/bin/python3
"""Drives a running sandbox with pyVmomi, an independent client, through everything a backup needs.

Reads {vcenterAddress, username, password, controlUrl, deviceDirectory, gatewayVm} as JSON from standard input. Exits 0
and prints one line a step when the sandbox behaves as vCenter does.
"""
import base64
import json
import os
import ssl
import sys
import urllib.request

from pyVim.connect import Disconnect, SmartConnect
from pyVim.task import WaitForTask
from pyVmomi import vim, vmodl

info = json.load(sys.stdin)
host, port = info['vcenterAddress'].split(':')
context = ssl._create_unverified_context()
GRAIN = 65536


def step(text):
    print('ok', text, flush=True)


def refuses(fault, call):
    try:
        result = call()
        if isinstance(result, vim.Task):
            WaitForTask(result)
    except fault as error:
        return error
    raise AssertionError('expected %s' % fault)


def planned(operation, **effect):
    return {'operation': operation, 'times': 1, 'effect': effect}


def control(path, body):
    request = urllib.request.Request(info['controlUrl'] + '/control/' + path, json.dumps(body).encode(),
                                     {'content-type': 'application/json'})
    return json.load(urllib.request.urlopen(request))


def write(vm, offset, data, disk=0):
    control('disk/write', {'vm': vm.name, 'disk': disk, 'offset': offset, 'data': base64.b64encode(data).decode()})


def disks(config):
    return [d for d in config.hardware.device if isinstance(d, vim.vm.device.VirtualDisk)]


def snapshot(vm, name):
    task = vm.CreateSnapshot(name, 'made by a test', False, False)
    WaitForTask(task)
    return task.info.result


def changed(vm, snap, disk, change_id):
    """All areas, asked for as often as the disk needs."""
    areas, offset, calls = [], 0, 0
    while offset < disk.capacityInBytes:
        answer = vm.QueryChangedDiskAreas(snap, disk.key, offset, change_id)
        assert answer.startOffset == offset and answer.length > 0
        areas += [(a.start, a.length) for a in answer.changedArea]
        offset += answer.length
        calls += 1
    return areas, calls


def change_id(snap, key):
    return next(d for d in disks(snap.config) if d.key == key).backing.changeId


refuses(vim.fault.InvalidLogin, lambda: SmartConnect(host=host, port=int(port), user=info['username'], pwd='wrong',
                                                     sslContext=context))
si = SmartConnect(host=host, port=int(port), user=info['username'], pwd=info['password'], sslContext=context)
content = si.RetrieveContent()
assert content.about.apiType == 'VirtualCenter' and content.about.version.startswith('8.0')
assert content.sessionManager.currentSession.userName == info['username']
step('login')

view = content.viewManager.CreateContainerView(content.rootFolder, [vim.VirtualMachine], True)
query = vmodl.query.PropertyCollector
spec = query.FilterSpec(
    objectSet=[query.ObjectSpec(obj=view, skip=True, selectSet=[
        query.TraversalSpec(name='view', path='view', skip=False, type=vim.view.ContainerView)])],
    propSet=[query.PropertySpec(type=vim.VirtualMachine, pathSet=[
        'name', 'config.hardware.device', 'snapshot.rootSnapshotList', 'config.extraConfig["disk.EnableUUID"].value'])])
collector = content.propertyCollector
page = collector.RetrievePropertiesEx([spec], query.RetrieveOptions(maxObjects=3))
found = list(page.objects)
assert len(found) == 3
while page.token:
    page = collector.ContinueRetrievePropertiesEx(page.token)
    found += page.objects
names = {p.val for o in found for p in o.propSet if p.name == 'name'}
assert {'web-01', 'db-01', 'holdfast-gateway'} <= names and len(found) == len(view.view), names
refuses(vmodl.query.InvalidProperty, lambda: collector.RetrieveContents([query.FilterSpec(
    objectSet=spec.objectSet, propSet=[query.PropertySpec(type=vim.VirtualMachine, pathSet=['nonsense'])])]))
control('faults', planned('property:config.hardware.device', kind='error', code='NoPermission'))
unreadable = [m for o in collector.RetrieveContents([spec]) for m in o.missingSet]
assert [m.path for m in unreadable] == ['config.hardware.device']
assert isinstance(unreadable[0].fault, vim.fault.NoPermission)
step('property collector')

everything = query.FilterSpec(objectSet=spec.objectSet,
                              propSet=[query.PropertySpec(type=vim.VirtualMachine, all=True)])
assert len(collector.RetrieveContents([everything])) == len(found)
for kind in (vim.Datacenter, vim.Folder, vim.HostSystem, vim.ClusterComputeResource, vim.ComputeResource, vim.Datastore,
             vim.Network, vim.ResourcePool):
    other = content.viewManager.CreateContainerView(content.rootFolder, [kind], True)
    assert other.view, kind
    collector.RetrieveContents([query.FilterSpec(
        objectSet=[query.ObjectSpec(obj=other, skip=True, selectSet=spec.objectSet[0].selectSet)],
        propSet=[query.PropertySpec(type=kind, all=True)])])
    other.Destroy()
step('every property of every kind')

by_name = {o.obj.name: o.obj for o in found}
gateway = content.searchIndex.FindByUuid(None, info['gatewayVm']['instanceUuid'], True, True)
assert gateway == by_name['holdfast-gateway']
assert content.searchIndex.FindByUuid(None, info['gatewayVm']['biosUuid'], True, False) == gateway
web = content.searchIndex.FindByInventoryPath('Hangzhou/vm/services/web-01')
assert web == by_name['web-01'] and web.runtime.powerState == 'poweredOn'
step('search index')

# A collector of its own: pyVim's WaitForTask moves the default one's version on.
own = collector.CreatePropertyCollector()
watch = own.CreateFilter(query.FilterSpec(
    objectSet=[query.ObjectSpec(obj=web)],
    propSet=[query.PropertySpec(type=vim.VirtualMachine, pathSet=['config.annotation', 'snapshot'])]), False)
version = own.WaitForUpdatesEx('', query.WaitOptions(maxWaitSeconds=5)).version
assert own.WaitForUpdatesEx(version, query.WaitOptions(maxWaitSeconds=0)) is None
WaitForTask(web.Reconfigure(vim.vm.ConfigSpec(annotation='<changed> & "quoted"')))
update = own.WaitForUpdatesEx(version, query.WaitOptions(maxWaitSeconds=5))
assert update.filterSet[0].objectSet[0].changeSet[0].val == '<changed> & "quoted"' == web.config.annotation
again = own.WaitForUpdatesEx(version, query.WaitOptions(maxWaitSeconds=5))
assert again.filterSet[0].objectSet[0].changeSet[0].name == 'config.annotation'
refuses(vmodl.query.InvalidCollectorVersion, lambda: own.WaitForUpdatesEx('999', query.WaitOptions(maxWaitSeconds=0)))
own.Destroy()
step('wait for updates')

key = disks(web.config)[0].key
disk_uuid = disks(web.config)[0].backing.uuid
base = disks(web.config)[0].backing.fileName
assert change_id(snapshot(web, 'before tracking'), key) is None
refuses(vim.fault.InvalidState,
        lambda: web.Reconfigure(vim.vm.ConfigSpec(changeTrackingEnabled=True)))
WaitForTask(web.snapshot.currentSnapshot.Remove(True))
WaitForTask(web.Reconfigure(vim.vm.ConfigSpec(changeTrackingEnabled=True)))
assert web.config.changeTrackingEnabled
first = snapshot(web, 'cycle')
assert change_id(first, key) is None
WaitForTask(first.Remove(False))
assert web.snapshot is None
one = snapshot(web, 'one')
id_one = change_id(one, key)
assert id_one.startswith('52 ') and id_one.count('/') == 1, id_one
assert [t.name for t in web.snapshot.rootSnapshotList] == ['one']
assert disks(web.config)[0].backing.fileName != base == disks(one.config)[0].backing.fileName
assert disks(web.config)[0].backing.parent.fileName == base
allocated, calls = changed(web, one, disks(one.config)[0], '*')
assert allocated and sum(length for _, length in allocated) < disks(one.config)[0].capacityInBytes
hash_one = control('disk/sha256', {'vm': 'web-01', 'snapshot': 'one'})['sha256']
write(web, 5 * GRAIN + 17, b'changed by the guest')
assert control('disk/sha256', {'vm': 'web-01', 'snapshot': 'one'})['sha256'] == hash_one
assert control('disk/sha256', {'vm': 'web-01'})['sha256'] != hash_one
WaitForTask(one.Remove(False, True))
for grain in range(100, 500, 2):
    write(web, grain * GRAIN, b'x')
two = snapshot(web, 'two')
areas, calls = changed(web, two, disks(two.config)[0], id_one)
assert areas == [(5 * GRAIN, GRAIN)] + [(g * GRAIN, GRAIN) for g in range(100, 500, 2)], areas[:5]
assert calls > 1
assert changed(web, two, disks(two.config)[0], change_id(two, key))[0] == []
for foreign in ('nonsense', '52 00 00 00 00 00 00 00-00 00 00 00 00 00 00 00/1', id_one.split('/')[0] + '/999'):
    refuses(vmodl.fault.InvalidArgument, lambda: web.QueryChangedDiskAreas(two, key, 0, foreign))
step('changed block tracking')

hot = vim.vm.device.VirtualDisk(
    key=-1, controllerKey=1000, unitNumber=3, capacityInKB=0,
    backing=vim.vm.device.VirtualDisk.FlatVer2BackingInfo(fileName=base, diskMode='independent_nonpersistent'))


def device_change(operation, device, file_operation=None):
    return vim.vm.ConfigSpec(deviceChange=[
        vim.vm.device.VirtualDeviceSpec(operation=operation, fileOperation=file_operation, device=device)])


hot.unitNumber = 7
refuses(vim.fault.InvalidDeviceSpec, lambda: gateway.Reconfigure(device_change('add', hot)))
hot.unitNumber = 3
hot.backing.diskMode = 'independent_persistent'
locked = refuses(vim.fault.GenericVmConfigFault, lambda: gateway.Reconfigure(device_change('add', hot)))
assert 'Failed to lock' in locked.reason
hot.backing.diskMode = 'independent_nonpersistent'
hot.backing.fileName = disks(web.config)[0].backing.fileName
refuses(vim.fault.GenericVmConfigFault, lambda: gateway.Reconfigure(device_change('add', hot)))
hot.backing.fileName = '[datastore1] nowhere/nothing.vmdk'
refuses(vim.fault.FileNotFound, lambda: gateway.Reconfigure(device_change('add', hot)))
hot.backing.fileName = base
WaitForTask(gateway.Reconfigure(device_change('add', hot)))
attached = [d for d in disks(gateway.config) if d.backing.fileName == base][0]
assert attached.unitNumber == 3 and attached.backing.uuid == disk_uuid
link = os.path.join(info['deviceDirectory'], 'wwn-0x' + disk_uuid.replace('-', '').lower())
with open(link, 'rb') as device:
    device.seek(100 * GRAIN)
    assert device.read(1) == b'x'
refuses(vim.fault.FileLocked, lambda: two.Remove(False))
assert web.snapshot is not None
attached.key, real = 4242, attached.key
refuses(vim.fault.InvalidDeviceSpec, lambda: gateway.Reconfigure(device_change('remove', attached)))
attached.key = real
WaitForTask(gateway.Reconfigure(device_change('remove', attached)))
assert os.listdir(info['deviceDirectory']) == []
step('hot-add')

three = snapshot(web, 'three')
write(web, 0, b'only in the live disk')
hash_three = control('disk/sha256', {'vm': 'web-01', 'snapshot': 'three'})['sha256']
hot.backing.fileName = disks(three.config)[0].backing.fileName
assert disks(three.config)[0].backing.parent.fileName == base
WaitForTask(gateway.Reconfigure(device_change('add', hot)))
assert os.path.getsize(link) == disks(three.config)[0].capacityInBytes
attached = [d for d in disks(gateway.config) if d.backing.fileName == hot.backing.fileName][0]
WaitForTask(gateway.Reconfigure(device_change('remove', attached)))
live = control('disk/sha256', {'vm': 'web-01'})['sha256']
WaitForTask(two.Remove(False))
assert control('disk/sha256', {'vm': 'web-01', 'snapshot': 'three'})['sha256'] == hash_three
WaitForTask(web.RemoveAllSnapshots())
assert control('disk/sha256', {'vm': 'web-01'})['sha256'] == live
assert not web.runtime.consolidationNeeded and disks(web.config)[0].backing.fileName == base
refuses(vmodl.fault.ManagedObjectNotFound, lambda: two.config)
step('stacked snapshots')

WaitForTask(web.Reconfigure(vim.vm.ConfigSpec(changeTrackingEnabled=False)))
WaitForTask(web.Reconfigure(vim.vm.ConfigSpec(changeTrackingEnabled=True)))
WaitForTask(snapshot(web, 'cycle').Remove(False))
four = snapshot(web, 'four')
assert change_id(four, key).split('/')[0] != id_one.split('/')[0]
refuses(vmodl.fault.InvalidArgument, lambda: web.QueryChangedDiskAreas(four, key, 0, id_one))
control('faults', planned('QueryChangedDiskAreas', kind='error', code='FileFault'))
refuses(vim.fault.FileFault, lambda: web.QueryChangedDiskAreas(four, key, 0, '*'))
control('faults', planned('RemoveSnapshot_Task', kind='error', code='consolidationNeeded'))
WaitForTask(four.Remove(False))
assert web.snapshot is None and web.runtime.consolidationNeeded
WaitForTask(web.ConsolidateDisks())
assert not web.runtime.consolidationNeeded and disks(web.config)[0].backing.fileName == base
step('tracking starts anew, consolidation')

datacenter = content.searchIndex.FindByInventoryPath('Hangzhou')
pool = datacenter.hostFolder.childEntity[0].resourcePool


def new_vm(name, **changes):
    backing = vim.vm.device.VirtualDisk.FlatVer2BackingInfo(fileName='[datastore2]', diskMode='persistent',
                                                            thinProvisioned=True)
    config = vim.vm.ConfigSpec(
        name=name, guestId='debian12_64Guest', numCPUs=2, memoryMB=1024,
        files=vim.vm.FileInfo(vmPathName='[datastore2]'),
        extraConfig=[vim.option.OptionValue(key='holdfast.marker', value='job/1')],
        deviceChange=[
            vim.vm.device.VirtualDeviceSpec(operation='add', device=vim.vm.device.ParaVirtualSCSIController(
                key=-100, busNumber=0, sharedBus='noSharing')),
            vim.vm.device.VirtualDeviceSpec(operation='add', fileOperation='create', device=vim.vm.device.VirtualDisk(
                key=-101, controllerKey=-100, unitNumber=0, capacityInKB=8192, backing=backing))])
    for attribute, value in changes.items():
        setattr(config, attribute, value)
    return datacenter.vmFolder.CreateVm(config, pool)


refuses(vim.fault.InvalidVmConfig, lambda: new_vm('bad', files=None))
refuses(vim.fault.InvalidDatastore, lambda: new_vm('bad', files=vim.vm.FileInfo(vmPathName='[nowhere]')))
refuses(vmodl.fault.InvalidArgument, lambda: new_vm('bad', memoryMB=1023))
WaitForTask(new_vm('restored-01'))
refuses(vim.fault.DuplicateName, lambda: new_vm('restored-01'))
restored = content.searchIndex.FindByInventoryPath('Hangzhou/vm/restored-01')
assert {o.key: o.value for o in restored.config.extraConfig}['holdfast.marker'] == 'job/1'
target = disks(restored.config)[0]
hot.backing.fileName, hot.backing.diskMode = target.backing.fileName, 'independent_persistent'
WaitForTask(gateway.Reconfigure(device_change('add', hot)))
with open(os.path.join(info['deviceDirectory'], 'wwn-0x' + target.backing.uuid.replace('-', '').lower()), 'r+b') as device:
    device.seek(GRAIN)
    device.write(b'restored')
refuses(vim.fault.GenericVmConfigFault, lambda: restored.PowerOn())
attached = [d for d in disks(gateway.config) if d.backing.fileName == target.backing.fileName][0]
WaitForTask(gateway.Reconfigure(device_change('remove', attached)))
WaitForTask(restored.PowerOn())
refuses(vim.fault.InvalidPowerState, lambda: restored.Destroy())
WaitForTask(restored.PowerOff())
WaitForTask(restored.Rename('renamed-01'))
assert restored.name == 'renamed-01'
WaitForTask(restored.Destroy())
refuses(vmodl.fault.ManagedObjectNotFound, lambda: restored.name)
step('create, restore into, power, destroy')

WaitForTask(new_vm('victim'))
WaitForTask(new_vm('careless'))
victim, careless = [content.searchIndex.FindByInventoryPath('Hangzhou/vm/' + n) for n in ('victim', 'careless')]
hot.backing.fileName = disks(victim.config)[0].backing.fileName
WaitForTask(careless.Reconfigure(device_change('add', hot)))
WaitForTask(careless.Destroy())
refuses(vim.fault.FileNotFound, lambda: gateway.Reconfigure(device_change('add', hot)))
step('destroying a VM deletes the disks attached to it')

template = by_name['template-01']
refuses(vmodl.fault.NotSupported, lambda: template.CreateSnapshot('x', '', False, False))
control('faults', planned(
    'CreateSnapshot_Task', kind='error', code='ApplicationQuiesceFault', message='VSS failed'))
refuses(vim.fault.ApplicationQuiesceFault, lambda: by_name['db-01'].CreateSnapshot('x', '', False, True))
control('faults', planned('CreateSnapshot_Task', kind='delay', ms=60000))
slow = by_name['db-01'].CreateSnapshot('x', '', False, False)
slow.Cancel()
refuses(vmodl.fault.RequestCanceled, lambda: slow)
step('faults on demand')

control('expire-sessions', {})
refuses(vim.fault.NotAuthenticated, lambda: web.name)
si = SmartConnect(host=host, port=int(port), user=info['username'], pwd=info['password'], sslContext=context)
Disconnect(si)
refuses(vim.fault.NotAuthenticated, lambda: web.name)
step('sessions end')
