/**
 * In the place of the packages that plugin-update downloads, unpacks and draws with. It imports them when it is loaded, and
 * with what is put below it (`src/update/signed-updater.ts`) calls none but the table; so it has no means of its own to
 * bring anything in, and the archives leave those packages out.
 */
export const STOOD_IN: readonly string[] = ['@oclif/table', 'filesize', 'got', 'proxy-agent', 'tar-fs']

export interface Table {
  readonly columns: readonly string[]
  readonly data: readonly object[]
}

const drawn: Table[] = []

/** For `@oclif/table`: our commands draw tables in their own way. */
export function printTable({columns, data}: Table): void {
  drawn.push({columns, data})
}

/** The tables since the last call. */
export function takeTables(): readonly Table[] {
  return drawn.splice(0)
}

function refuse(): never {
  throw new Error('plugin-update wants to download by itself')
}

export const got = {get: refuse, stream: refuse}
export const extract = refuse
export {refuse as HTTPError, refuse as ProxyAgent}
export default refuse
