import {createHash} from 'node:crypto'
import {type FileHandle, open, unlink} from 'node:fs/promises'
import type {IncomingMessage} from 'node:http'
import path from 'node:path'
import {unfinishedName, versionsFolder} from './installation.ts'
import type {Release} from './payload.ts'
import {notFound, refused} from './problems.ts'
import {type RequestContext, receive} from './request.ts'

export interface DownloadContext extends RequestContext {
  readonly progress: (received: number, size: number) => void
}

/**
 * The archive of a release, every byte of it checked against what was signed. It has no name any more in the file system:
 * nobody can change it between the check and its use, and it is gone when this process is.
 * @throws Problem UPDATE_DAMAGED, UPDATE_NO_VERSION (1) and as `receive`; errors of the file system
 */
export async function downloadArchive(
  url: URL,
  {archive, version}: Release,
  root: string,
  options: DownloadContext,
): Promise<FileHandle> {
  const file = path.join(versionsFolder(root), unfinishedName(version))
  const handle = await open(file, 'wx+', 0o600)
  try {
    await unlink(file)
    const isThere = await receive(url, options, async (response) => {
      await keep(response, archive, handle, options.progress)
      return true
    })
    if (!isThere) throw notFound('version', version, url.host)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function keep(
  response: IncomingMessage,
  {file, sha256, size}: Release['archive'],
  handle: FileHandle,
  progress: DownloadContext['progress'],
): Promise<void> {
  const wrong = (why: string) => refused('DAMAGED', `${file} is not the one that was signed: ${why}.`)
  const announced = response.headers['content-length']
  if (announced !== undefined && Number(announced) !== size) throw wrong(`${announced} bytes instead of ${size}`)
  const hash = createHash('sha256')
  let received = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    received += part.length
    if (received > size) throw wrong(`more than ${size} bytes`)
    hash.update(part)
    await writeWhole(handle, part)
    progress(received, size)
  }

  if (received < size) throw wrong(`${received} bytes instead of ${size}`)
  if (hash.digest('hex') !== sha256) throw wrong('it has another SHA-256')
}

async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const {bytesWritten} = await handle.write(bytes, done)
    done += bytesWritten
  }
}
