import {connect} from 'node:net'

/**
 * Whether the session bus says anything at all. It authenticates and greets within milliseconds, however busy the keyring
 * behind it is; one that accepts and stays silent (a stopped or forwarded bus) would be waited for without end.
 *
 * @param address as `DBUS_SESSION_BUS_ADDRESS` has it (D-Bus Specification, Server Addresses)
 * @returns false when nothing came while `signal` lasted; true also where this cannot be asked, or was refused
 */
export async function busAnswers(address: string | undefined, signal: AbortSignal): Promise<boolean> {
  const path = socketOf(address)
  if (path === undefined) return true
  return new Promise((resolve) => {
    const socket = connect(path)
    let isGreeted = false
    const settle = (answers: boolean): void => {
      socket.destroy()
      resolve(answers)
    }
    // EAGAIN: its queue of connections is full, and stays so.
    socket.on('error', (error: NodeJS.ErrnoException) => settle(error.code !== 'EAGAIN'))
    socket.on('close', () => settle(true))
    socket.on('data', (data) => {
      if (isGreeted || !data.toString('latin1').startsWith('OK')) return settle(true)
      isGreeted = true
      socket.write(Buffer.concat([Buffer.from('BEGIN\r\n'), hello()]))
    })
    socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(process.getuid?.() ?? 0)).toString('hex')}\r\n`)
    signal.addEventListener('abort', () => settle(false), {once: true})
  })
}

/** The first address that is a socket of this machine; a leading NUL is Linux' abstract name. */
function socketOf(address = ''): string | undefined {
  for (const one of address.split(';')) {
    const [, kind, value = ''] = /^unix:(?:.*,)?(path|abstract)=([^,]*)/.exec(one) ?? []
    if (kind === undefined) continue
    const name = unescaped(value)
    return kind === 'path' ? name : `\0${name}`
  }

  return undefined
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** The call that every connection begins with (D-Bus Specification, Message Protocol): little-endian, without a body. */
function hello(): Buffer {
  const bus = 'org.freedesktop.DBus'
  const texts: ReadonlyArray<readonly [number, string, string]> = [
    [1, 'o', '/org/freedesktop/DBus'],
    [2, 's', bus],
    [3, 's', 'Hello'],
    [6, 's', bus],
  ]
  const fields = texts.map(([code, type, text], index) => {
    const length = Buffer.alloc(4)
    length.writeUInt32LE(text.length)
    const field = Buffer.concat([Buffer.from([code, 1]), Buffer.from(`${type}\0`), length, Buffer.from(`${text}\0`)])
    // Structures start at multiples of 8; the last one's padding belongs to the header, not to the array.
    return index === texts.length - 1 ? field : padded(field)
  })
  const array = Buffer.concat(fields)
  const head = Buffer.alloc(16)
  head.write('l\u0001\u0000\u0001', 'latin1')
  head.writeUInt32LE(1, 8)
  head.writeUInt32LE(array.length, 12)
  return padded(Buffer.concat([head, array]))
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)])
}
