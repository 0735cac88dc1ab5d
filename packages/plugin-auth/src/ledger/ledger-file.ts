import path from 'node:path'

export function ledgerFolder(homeDir: string): string {
  return path.join(homeDir, 'identity')
}

export function ledgerFile(homeDir: string): string {
  return path.join(ledgerFolder(homeDir), 'ledger.db')
}
