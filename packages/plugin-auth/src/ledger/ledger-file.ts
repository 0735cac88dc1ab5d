import path from 'node:path'

export function ledgerFile(homeDir: string): string {
  return path.join(homeDir, 'identity', 'ledger.db')
}
