import type { Platform } from './platform.ts';

/**
 * A program for Linux that ends at once with status 0. It needs nothing of the image that it is put into: no shell, no
 * library, no file. Undefined: we have none for this processor.
 */
export function noopProgram({ os, architecture }: Platform): Uint8Array | undefined {
  const machine = os === 'linux' ? machines.get(architecture) : undefined;
  return machine === undefined ? undefined : elf(machine);
}

/** What an ELF header says of a processor, and the call of `exit(0)` in its machine code. */
interface Machine {
  readonly wide: boolean;
  readonly bigEndian?: true;
  /** `e_machine`. */
  readonly id: number;
  /** `e_flags`. */
  readonly flags?: number;
  readonly exit: string;
}

const machines: ReadonlyMap<string, Machine> = new Map<string, Machine>([
  // xor edi, edi; push 60; pop rax; syscall
  ['amd64', { wide: true, id: 62, exit: '31ff6a3c580f05' }],
  // xor ebx, ebx; push 1; pop eax; int 0x80
  ['386', { wide: false, id: 3, exit: '31db6a0158cd80' }],
  // mov x0, 0; mov x8, 93; svc 0
  ['arm64', { wide: true, id: 183, exit: '000080d2a80b80d2010000d4' }],
  // mov r0, 0; mov r7, 1; svc 0
  ['arm', { wide: false, id: 40, flags: 0x05000200, exit: '0000a0e30170a0e3000000ef' }],
  // li a0, 0; li a7, 93; ecall
  ['riscv64', { wide: true, id: 243, exit: '130500009308d00573000000' }],
  // li r0, 1; li r3, 0; sc
  ['ppc64le', { wide: true, id: 21, flags: 2, exit: '010000380000603802000044' }],
  // lghi r2, 0; svc 1
  ['s390x', { wide: true, bigEndian: true, id: 22, exit: 'a72900000a01' }],
]);

// Where it is put in memory: above what kernels keep free, and on a page of any size.
const address = 0x400000;
const pageBytes = 0x10000;

/** A file of one segment: header, program header, code (System V ABI, "Object Files" and "Program Loading"). */
function elf({ wide, bigEndian, id, flags = 0, exit }: Machine): Uint8Array {
  const little = bigEndian !== true;
  const headerBytes = wide ? 64 : 52;
  const segmentBytes = wide ? 56 : 32;
  const start = headerBytes + segmentBytes;
  const code = Buffer.from(exit, 'hex');
  const file = new DataView(new ArrayBuffer(start + code.length));
  let at = 0;
  const half = (value: number): void => {
    file.setUint16(at, value, little);
    at += 2;
  };
  const word = (value: number): void => {
    file.setUint32(at, value, little);
    at += 4;
  };
  const long = (value: number): void => {
    if (wide) file.setBigUint64(at, BigInt(value), little);
    else file.setUint32(at, value, little);
    at += wide ? 8 : 4;
  };
  for (const byte of [0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1]) file.setUint8(at++, byte);
  at = 16;
  for (const value of [2, id]) half(value);
  word(1);
  for (const value of [address + start, headerBytes, 0]) long(value);
  word(flags);
  for (const value of [headerBytes, segmentBytes, 1, wide ? 64 : 40, 0, 0]) half(value);
  const [load, readAndRun, size] = [1, 5, start + code.length];
  word(load);
  if (wide) word(readAndRun);
  for (const value of [0, address, address, size, size]) long(value);
  if (!wide) word(readAndRun);
  long(pageBytes);
  const bytes = Buffer.from(file.buffer);
  bytes.set(code, start);
  return bytes;
}
