import {readdir, readFile, readlink} from 'node:fs/promises'
import path from 'node:path'
import type {Place} from './leak-search.ts'

/** Every file below a folder, byte by byte: also what a database has freed and what its journal has kept; and its name. */
export async function readPlaces(folder: string, label: string): Promise<Place[]> {
  const places: Place[] = []
  for (const entry of await readdir(folder, {recursive: true, withFileTypes: true})) {
    const file = path.join(entry.parentPath, entry.name)
    const name = `${label}: ${path.relative(folder, file)}`
    places.push({name: `the name of ${name}`, bytes: Buffer.from(file)})
    const bytes = await bytesOf(entry.isFile(), entry.isSymbolicLink(), file)
    if (bytes) places.push({name, bytes})
  }

  return places
}

/** Nothing when it went away since it was listed: other processes write there. */
async function bytesOf(isFile: boolean, isLink: boolean, file: string): Promise<Buffer | undefined> {
  try {
    if (isFile) return await readFile(file)
    return isLink ? Buffer.from(await readlink(file)) : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
