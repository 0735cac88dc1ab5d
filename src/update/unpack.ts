import {type FileHandle, mkdir, open} from 'node:fs/promises'
import path from 'node:path'
import type {Readable} from 'node:stream'
import type {Parser, ReadEntry} from 'tar'
import {refused} from './problems.ts'

const TOP = 'superset'
const MOST_BYTES = 2 * 1024 ** 3
const MOST_ENTRIES = 200_000
const SYNCS_AT_ONCE = 16
const EXECUTABLE = 0o111
/** Set-user-id, set-group-id, sticky. */
const SPECIAL = 0o7000

/** What an archive holds, as its header says. */
interface Entry {
  readonly path: string
  readonly type: string
  readonly mode?: number | undefined
}

/**
 * Unpacks an archive into an empty folder: files and folders below `superset/`, and nothing else. Whoever signs can be
 * wrong, or robbed of the key; what is unpacked stays in its place all the same. Everything is on the disk at the end.
 * @throws Problem UPDATE_ARCHIVE (1); errors of the file system
 */
export async function unpack(archive: FileHandle, folder: string, signal: AbortSignal): Promise<void> {
  const {Parser} = await import('tar')
  const folders = new Set([folder])
  const files: string[] = []
  // One after the other: when this function ends, however it ends, nothing writes there any more.
  let work = Promise.resolve()
  let size = 0
  let count = 0
  let reading: ReadEntry | undefined
  let stop: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    stop = reject
  })
  const take = async (entry: ReadEntry): Promise<void> => {
    reading = entry
    size += entry.size
    if (++count > MOST_ENTRIES || size > MOST_BYTES) throw unfit('it is far too large')
    const target = path.join(folder, ...placeOf(entry))
    if (entry.type === 'Directory') {
      await makeFolder(target, folders)
      entry.resume()
      return
    }

    await makeFolder(path.dirname(target), folders)
    await write(entry, target)
    files.push(target)
  }

  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      entry.on('error', stop)
      work = work.then(() => take(entry))
      work.catch(stop)
    },
  })
  parser.on('ignoredEntry', ({path: name}: Entry) => stop(unfit(`${name} is of an unknown kind`)))
  const source = archive.createReadStream({start: 0, autoClose: false, signal})
  try {
    await Promise.race([through(source, parser), failed])
    await work
    await allSynced([...files, ...folders], signal)
  } catch (error) {
    source.destroy()
    // What was being written waits for bytes that will not come.
    reading?.destroy(error)
    await work.catch(() => {})
    throw isTarFault(error) ? unfit(error.message) : error
  }
}

function through(source: Readable, parser: Parser): Promise<void> {
  return new Promise((resolve, reject) => {
    source.once('error', reject)
    parser.on('error', reject)
    parser.once('end', resolve)
    source.pipe(parser)
  })
}

/** Where an entry goes, below the folder. @throws Problem UPDATE_ARCHIVE (1) for what has no place there */
function placeOf({mode = 0, path: name, type}: Entry): readonly string[] {
  const isFolder = type === 'Directory'
  if (!isFolder && type !== 'File' && type !== 'OldFile') throw unfit(`${name} is neither a file nor a folder`)
  if (mode & SPECIAL) throw unfit(`${name} would run with the rights of its owner`)
  const [top, ...parts] = (isFolder ? name.replace(/\/$/, '') : name).split('/')
  const isInside = top === TOP && parts.every((part) => part !== '' && part !== '.' && part !== '..')
  if (!isInside || /[\\\p{Cc}]/u.test(name) || (parts.length === 0 && !isFolder))
    throw unfit(`${JSON.stringify(name)} lies outside of ${TOP}/`)
  return parts
}

async function write(entry: ReadEntry, target: string): Promise<void> {
  const file = await create(target, entry)
  try {
    await file.writeFile(entry)
  } finally {
    await file.close()
  }
}

/** Never over what is there: two entries of one name mean that one of them is hidden from whoever lists them. */
async function create(target: string, {mode = 0, path: name}: ReadEntry): Promise<FileHandle> {
  try {
    return await open(target, 'wx', mode & EXECUTABLE ? 0o755 : 0o644)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? unfit(`${name} is in it twice`) : error
  }
}

async function makeFolder(target: string, folders: Set<string>): Promise<void> {
  if (folders.has(target)) return
  await makeFolder(path.dirname(target), folders)
  try {
    await mkdir(target, 0o755)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? unfit(`${target} is in it twice`) : error
  }

  folders.add(target)
}

/**
 * One after the other, each file would wait for the disk's journal; many at a time share that, and the time falls to a
 * tenth.
 */
async function allSynced(names: readonly string[], signal: AbortSignal): Promise<void> {
  const waiting = names.values()
  const work = async (): Promise<void> => {
    for (const name of waiting) {
      signal.throwIfAborted()
      await synced(name)
    }
  }

  await Promise.all(Array.from({length: SYNCS_AT_ONCE}, work))
}

/** A folder's entries are on the disk only when it is told so itself. */
export async function synced(name: string): Promise<void> {
  const handle = await open(name, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function unfit(why: string) {
  return refused('ARCHIVE', `The archive is signed, but unfit: ${why}.`)
}

/** What the library found wrong, rather than the disk. */
function isTarFault(error: unknown): error is Error {
  return error instanceof Error && 'tarCode' in error
}
