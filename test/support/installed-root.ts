import {execFile} from 'node:child_process'
import {lstat, mkdir, mkdtemp, readdir, readlink, rm, symlink, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {promisify} from 'node:util'
import {isProblem, type Problem} from '@superset/identity'
import type {Policy} from '../../src/policy/policy.ts'
import type {UpdateRequest} from '../../src/update/decide.ts'
import {updateSettings} from '../../src/update/settings.ts'
import type {UpdateResult} from '../../src/own-shapes.ts'
import {update, type UpdateContext} from '../../src/update/update.ts'
import {type FakeRelease, releaseParts} from './update-archive.ts'
import {PLATFORM, type ReleaseHost} from './update-host.ts'

const run = promisify(execFile)

/** An installation as the install script leaves it, with fake versions. */
export class InstalledRoot implements AsyncDisposable {
  readonly path: string
  readonly tells: string[] = []

  private constructor(folder: string) {
    this.path = folder
  }

  static async create(releases: readonly FakeRelease[], parent = os.tmpdir()): Promise<InstalledRoot> {
    const root = new InstalledRoot(await mkdtemp(path.join(parent, 'root-')))
    for (const release of releases) await root.add(release)
    await symlink(path.join('versions', releases.at(-1)?.version ?? ''), path.join(root.path, 'current'))
    return root
  }

  async add(release: FakeRelease, folder = release.version): Promise<void> {
    for (const {mode, path: name, text, type} of releaseParts(release)) {
      const target = path.join(this.path, 'versions', folder, name.replace(/^superset\//, ''))
      await mkdir(type === 'Directory' ? target : path.dirname(target), {recursive: true})
      if (type !== 'Directory') await writeFile(target, text ?? '', {mode: mode ?? 0o644})
    }
  }

  /** What the next start says. */
  async says(): Promise<string> {
    const {stdout} = await run(this.launcher, ['--version'])
    return stdout.split(' ')[0] ?? ''
  }

  get launcher(): string {
    return path.join(this.path, 'current/bin/superset')
  }

  current(): Promise<string> {
    return readlink(path.join(this.path, 'current'))
  }

  versions(): Promise<string[]> {
    return readdir(path.join(this.path, 'versions')).then((names) => names.toSorted())
  }

  /** Everything that is there, but for the lock. */
  async tree(folder = this.path): Promise<string[]> {
    const names = await readdir(folder, {recursive: true})
    return names.filter((name) => !name.startsWith('update.lock')).toSorted()
  }

  async isLink(): Promise<boolean> {
    return (await lstat(path.join(this.path, 'current'))).isSymbolicLink()
  }

  updating(host: ReleaseHost, {policy, running = '1.0.0', ...more}: Options = {}): UpdateContext {
    return {
      installation: {root: this.path, folder: running, version: running},
      platform: PLATFORM,
      policy,
      settings: () => updateSettings(host.build, policy),
      tell: (line) => void this.tells.push(line),
      environment: {},
      progress: () => {},
      signal: new AbortController().signal,
      ...more,
    }
  }

  update(host: ReleaseHost, asked: UpdateRequest = CHANNEL, options?: Options): Promise<UpdateResult> {
    return update(asked, this.updating(host, options))
  }

  /** The Problem that it ends with. */
  async refusal(host: ReleaseHost, asked: UpdateRequest = CHANNEL, options?: Options): Promise<Problem> {
    try {
      const {to} = await this.update(host, asked, options)
      throw new Error(`it was accepted: ${to}`)
    } catch (error) {
      if (isProblem(error)) return error
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, {recursive: true, force: true, maxRetries: 5})
  }
}

export type Options = Partial<UpdateContext> & {readonly running?: string; readonly policy?: Policy | undefined}

export const CHANNEL: UpdateRequest = {by: 'channel', channel: 'stable', chosen: false, force: false}

export const following = (channel: string): UpdateRequest => ({by: 'channel', channel, chosen: true, force: false})

export const exactly = (version: string, force = false): UpdateRequest => ({by: 'version', version, force})
