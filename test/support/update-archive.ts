import {gzipSync} from 'node:zlib'
import {Header} from 'tar'

const BLOCK = 512

export interface Part {
  readonly path: string
  readonly type?: 'BlockDevice' | 'CharacterDevice' | 'Directory' | 'FIFO' | 'File' | 'Link' | 'SymbolicLink'
  readonly text?: string
  readonly mode?: number
  readonly linkpath?: string
}

/** An archive of exactly these entries, also of such as no tool would write. */
export function archiveOf(parts: readonly Part[]): Buffer {
  const blocks = parts.flatMap(({linkpath, mode = 0o644, path, text = '', type = 'File'}) => {
    const body = Buffer.from(text)
    const header = Buffer.alloc(BLOCK)
    new Header({
      path,
      mode,
      type,
      size: body.length,
      uid: 0,
      gid: 0,
      mtime: new Date(0),
      ...(linkpath !== undefined && {linkpath}),
      ...(type.endsWith('Device') && {devmaj: 1, devmin: 3}),
    }).encode(header)
    return [header, body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]
  })
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]))
}

export interface FakeRelease {
  readonly version: string
  /** Files besides the launcher: enough of them make unpacking take its time. */
  readonly files?: number
  /** What the launcher does before it says its version. */
  readonly first?: string
  readonly says?: string
}

/**
 * A release whose program is a shell script. `--version` says which it is; `work` waits for its input to end and then
 * reads a file of its own version, as a command does that loads a module late.
 */
export function releaseParts({files = 1, first = '', says, version}: FakeRelease): readonly Part[] {
  const launcher = `#!/bin/sh
${first}
here=$(cd -P "\${0%/*}" && pwd -P)
if [ "$1" = work ]; then echo started; cat >/dev/null; exec cat "$here/../app/late-0"; fi
echo "superset/${says ?? version} fake"
`
  return [
    {path: 'superset/', type: 'Directory', mode: 0o755},
    {path: 'superset/bin/superset', text: launcher, mode: 0o755},
    {path: 'superset/release.json', text: JSON.stringify({name: 'superset', version})},
    ...Array.from({length: files}, (_, index) => ({path: `superset/app/late-${index}`, text: `${version} late\n`})),
  ]
}
