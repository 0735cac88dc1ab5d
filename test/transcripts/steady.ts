import {stripVTControlCharacters} from 'node:util'

/** The port that the sandbox takes where it is free. */
export const USUAL = 'http://127.0.0.1:43117'

/** What differs from run to run, as it is in none: ports, ids, keys, instants, folders; the end of a longer address. */
export function steady(
  screen: string,
  {address, columns, home}: {readonly address: string; readonly columns: number; readonly home: string},
): string {
  const ids = new Map<string, string>()
  return screen
    .replaceAll('\r\n', '\n')
    .replaceAll(address, USUAL)
    .replaceAll(home, '~')
    .replaceAll(/[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/g, (id) => {
      if (!ids.has(id)) ids.set(id, `00000000-0000-4000-8000-${String(ids.size + 1).padStart(12, '0')}`)
      return ids.get(id) ?? ''
    })
    .replaceAll(/sk_live_\w+/g, 'sk_live_…')
    .replaceAll(/(?:darwin|linux|win32)-\w+ node-v[\d.]+/g, 'linux-x64 node-v24')
    .replaceAll(/sessions\/[\da-f]{32}/g, 'sessions/…')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-12-05T09:00:00.000Z')
    .split('\n')
    .map((line) => cutAddress(line, columns))
    .join('\n')
}

function cutAddress(line: string, columns: number): string {
  const isLong = /https?:\S+$/.test(line) && stripVTControlCharacters(line).length > columns
  return isLong ? `${line.slice(0, columns - 1)}…` : line
}
