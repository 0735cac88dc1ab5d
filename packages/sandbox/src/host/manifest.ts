import {mkdir, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {pid} from 'node:process'

/** What a host leaves for the programs of its user, and how it is found: the file is as secret as its token. */
export interface Manifest {
  readonly pid: number
  readonly endpoint: string
  readonly authToken: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly organizationId: string
}

/** No system gives out a process id as high as this. */
const DEAD_PID = 2 ** 30

export function manifestPath(homeDir: string, organizationId: string): string {
  return path.join(homeDir, 'host', organizationId, 'manifest.json')
}

/** @param alive false: name a process that is not there any more */
export async function writeManifest(homeDir: string, manifest: Omit<Manifest, 'pid'>, alive = true): Promise<void> {
  const file = manifestPath(homeDir, manifest.organizationId)
  await mkdir(path.dirname(file), {recursive: true, mode: 0o700})
  const content: Manifest = {pid: alive ? pid : DEAD_PID, ...manifest}
  await writeFile(file, JSON.stringify(content), {mode: 0o600})
}

export async function removeManifest(homeDir: string, organizationId: string): Promise<void> {
  await rm(manifestPath(homeDir, organizationId), {force: true})
}
