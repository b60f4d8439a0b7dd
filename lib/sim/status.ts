/** NTSTATUS: the type, its tests, the constants drivers use, and how to print one. */

declare const statusBrand: unique symbol;

/** A 32-bit status. Success (and information) when its sign bit is clear, so `0xC0000001` is a failure. */
export type NTSTATUS = number & { readonly [statusBrand]: "NTSTATUS" };

const define = (bits: number): NTSTATUS => (bits | 0) as NTSTATUS;

/** Makes a status of any number: its low 32 bits, signed, so that `status >= 0` means success. */
export function toStatus(bits: number): NTSTATUS {
  return define(bits);
}

/** True for success and informational statuses. */
export function NT_SUCCESS(status: NTSTATUS | number): boolean {
  return (status | 0) >= 0;
}

/** True for informational statuses (0x4…). */
export function NT_INFORMATION(status: NTSTATUS | number): boolean {
  return status >>> 30 === 1;
}

/** True for warnings (0x8…), which NT_SUCCESS counts as failures. */
export function NT_WARNING(status: NTSTATUS | number): boolean {
  return status >>> 30 === 2;
}

/** True for errors (0xC…). */
export function NT_ERROR(status: NTSTATUS | number): boolean {
  return status >>> 30 === 3;
}

export const STATUS_SUCCESS = define(0x00000000);
export const STATUS_TIMEOUT = define(0x00000102);
export const STATUS_PENDING = define(0x00000103);
export const STATUS_OBJECT_NAME_EXISTS = define(0x40000000);
export const STATUS_BUFFER_OVERFLOW = define(0x80000005);
export const STATUS_NO_MORE_ENTRIES = define(0x8000001a);
export const STATUS_UNSUCCESSFUL = define(0xc0000001);
export const STATUS_NOT_IMPLEMENTED = define(0xc0000002);
export const STATUS_INFO_LENGTH_MISMATCH = define(0xc0000004);
export const STATUS_INVALID_HANDLE = define(0xc0000008);
export const STATUS_INVALID_PARAMETER = define(0xc000000d);
export const STATUS_NO_SUCH_DEVICE = define(0xc000000e);
export const STATUS_INVALID_DEVICE_REQUEST = define(0xc0000010);
export const STATUS_NO_MEMORY = define(0xc0000017);
export const STATUS_ACCESS_DENIED = define(0xc0000022);
export const STATUS_BUFFER_TOO_SMALL = define(0xc0000023);
export const STATUS_OBJECT_NAME_INVALID = define(0xc0000033);
export const STATUS_OBJECT_NAME_NOT_FOUND = define(0xc0000034);
export const STATUS_OBJECT_NAME_COLLISION = define(0xc0000035);
export const STATUS_DELETE_PENDING = define(0xc0000056);
export const STATUS_REVISION_MISMATCH = define(0xc0000059);
export const STATUS_PROCEDURE_NOT_FOUND = define(0xc000007a);
export const STATUS_INSUFFICIENT_RESOURCES = define(0xc000009a);
export const STATUS_DEVICE_NOT_CONNECTED = define(0xc000009d);
export const STATUS_DEVICE_NOT_READY = define(0xc00000a3);
export const STATUS_NOT_SUPPORTED = define(0xc00000bb);
export const STATUS_DRIVER_INTERNAL_ERROR = define(0xc0000183);
export const STATUS_INVALID_DEVICE_STATE = define(0xc0000184);
export const STATUS_DEVICE_CONFIGURATION_ERROR = define(0xc0000182);
export const STATUS_NOT_FOUND = define(0xc0000225);
export const STATUS_DEVICE_DOES_NOT_EXIST = define(0xc00000c0);
export const STATUS_FAILED_DRIVER_ENTRY = define(0xc0000365);
export const STATUS_WDF_PARENT_NOT_SPECIFIED = define(0xc0200212);
export const STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED = define(0xc020020f);

const names = new Map<number, string>(
  Object.entries({
    STATUS_SUCCESS,
    STATUS_TIMEOUT,
    STATUS_PENDING,
    STATUS_OBJECT_NAME_EXISTS,
    STATUS_BUFFER_OVERFLOW,
    STATUS_NO_MORE_ENTRIES,
    STATUS_UNSUCCESSFUL,
    STATUS_NOT_IMPLEMENTED,
    STATUS_INFO_LENGTH_MISMATCH,
    STATUS_INVALID_HANDLE,
    STATUS_INVALID_PARAMETER,
    STATUS_NO_SUCH_DEVICE,
    STATUS_INVALID_DEVICE_REQUEST,
    STATUS_NO_MEMORY,
    STATUS_ACCESS_DENIED,
    STATUS_BUFFER_TOO_SMALL,
    STATUS_OBJECT_NAME_INVALID,
    STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_OBJECT_NAME_COLLISION,
    STATUS_DELETE_PENDING,
    STATUS_REVISION_MISMATCH,
    STATUS_PROCEDURE_NOT_FOUND,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_DEVICE_NOT_CONNECTED,
    STATUS_DEVICE_NOT_READY,
    STATUS_NOT_SUPPORTED,
    STATUS_DRIVER_INTERNAL_ERROR,
    STATUS_INVALID_DEVICE_STATE,
    STATUS_DEVICE_CONFIGURATION_ERROR,
    STATUS_NOT_FOUND,
    STATUS_DEVICE_DOES_NOT_EXIST,
    STATUS_FAILED_DRIVER_ENTRY,
    STATUS_WDF_PARENT_NOT_SPECIFIED,
    STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED,
  }).map(([name, value]) => [value, name]),
);

/** The constant's name, or the status in hexadecimal. */
export function statusName(status: number): string {
  return names.get(status | 0) ?? `0x${(status >>> 0).toString(16).toUpperCase().padStart(8, "0")}`;
}

/** What a call throws where the API reports failure by an exception (quota allocations, the throwing dialect). */
export class NtStatusError extends Error {
  readonly status: NTSTATUS;
  readonly call: string;

  /** `call` failed with `status`. */
  constructor(call: string, status: NTSTATUS) {
    super(`${call} failed: ${statusName(status)}`);
    this.name = "NtStatusError";
    this.call = call;
    this.status = status;
  }
}
