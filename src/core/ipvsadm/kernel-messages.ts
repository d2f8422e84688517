/** What ipvsadm 1.31 says when the kernel refuses: by command and error number (measured). */
import type { IpvsadmRequest } from './request.ts';

type Command = IpvsadmRequest['command'];

/** The same for all commands. */
const GENERAL: Readonly<Record<string, string>> = {
  EPERM: 'Permission denied (you must be root)',
  EINVAL: 'Invalid operation.  Possibly wrong module version, address not unicast, ...',
  ENOPROTOOPT: 'Protocol not available',
  ENOMEM: 'Memory allocation problem',
  EOPNOTSUPP: 'Operation not supported with IPv6',
  EAFNOSUPPORT: 'Operation not supported with specified address family',
  EMSGSIZE: 'Module is wrong version',
};

/** Errors that mean something of their own for a command. */
const PARTICULAR: Readonly<Partial<Record<Command, Readonly<Record<string, string>>>>> = {
  'add-service': {
    EEXIST: 'Service already exists',
    ENOENT: 'Scheduler or persistence engine not found',
  },
  'edit-service': {
    ESRCH: 'No such service',
    ENOENT: 'Scheduler or persistence engine not found',
  },
  'delete-service': { ESRCH: 'No such service' },
  'list-table': { ESRCH: 'No such service' },
  zero: { ESRCH: 'No such service' },
  'add-server': { ESRCH: 'Service not defined', EEXIST: 'Destination already exists' },
  'edit-server': { ESRCH: 'Service not defined', ENOENT: 'No such destination' },
  'delete-server': { ESRCH: 'Service not defined', ENOENT: 'No such destination' },
  'start-daemon': { EEXIST: 'Daemon has already run' },
  'stop-daemon': { ESRCH: 'No daemon is running' },
};

/** Texts of the C library for what is left. */
const SYSTEM: Readonly<Record<string, string>> = {
  ERANGE: 'Numerical result out of range',
  ENODEV: 'No such device',
  ENETUNREACH: 'Network is unreachable',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ENOBUFS: 'No buffer space available',
  ETIMEDOUT: 'Connection timed out',
  EBUSY: 'Device or resource busy',
  ENOSPC: 'No space left on device',
  ESRCH: 'No such process',
  ENOENT: 'No such file or directory',
  EEXIST: 'File exists',
  EACCES: 'Permission denied',
  EADDRINUSE: 'Address already in use',
};

/** The message for an error by its name (`ESRCH`). */
export function kernelMessage(command: Command, errnoName: string): string {
  return PARTICULAR[command]?.[errnoName] ?? GENERAL[errnoName] ?? SYSTEM[errnoName] ?? errnoName;
}

/** What is said when IPVS cannot be used at all. */
export function unavailableMessage(reason: string): string {
  return `Can't initialize ipvs: ${reason}\nAre you sure that IP Virtual Server is built in the kernel or as module?`;
}
