import {spawnSync} from 'node:child_process'
import {chmod, cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {existsSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {skip} from './skip.ts'

/** What programs look up in /etc. */
const KEPT = ['group', 'hosts', 'ld.so.cache', 'ld.so.conf', 'nsswitch.conf', 'passwd', 'resolv.conf', 'ssl']

/** A machine with a policy: the real path, in a mount namespace of its own, where /etc is a folder of the test. */
export class PolicedMachine implements AsyncDisposable {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async create(policy: object): Promise<PolicedMachine> {
    const machine = new PolicedMachine(await mkdtemp(path.join(os.tmpdir(), 'policed-')))
    const {etc} = machine
    await mkdir(path.join(etc, 'superset'), {recursive: true})
    await Promise.all([chmod(etc, 0o755), chmod(path.join(etc, 'superset'), 0o755)])
    for (const name of KEPT.filter((one) => existsSync(`/etc/${one}`)))
      await cp(`/etc/${name}`, path.join(etc, name), {recursive: true, dereference: true})
    await machine.setPolicy(policy)
    return machine
  }

  get etc(): string {
    return path.join(this.#folder, 'etc')
  }

  /** Text is written as it is. */
  async setPolicy(policy: object | string): Promise<void> {
    const file = path.join(this.etc, 'superset', 'policy.json')
    await writeFile(file, typeof policy === 'string' ? policy : JSON.stringify(policy))
    await chmod(file, 0o644)
  }

  /** What stands in front of a program that runs on this machine. */
  get prefix(): readonly string[] {
    return ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc && exec "$@"', this.etc]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, {recursive: true, force: true})
  }
}

/** For a `before` hook. */
export function needsMountNamespace(self: Mocha.Context): void {
  if (process.platform !== 'linux') skip(self, 'mount namespaces are of Linux')
  const made = spawnSync('unshare', ['--mount', 'sh', '-c', 'mount --bind /etc /etc'])
  if (process.getuid?.() !== 0 || made.status !== 0)
    skip(self, 'putting a policy at its real path needs root and a mount namespace')
}
