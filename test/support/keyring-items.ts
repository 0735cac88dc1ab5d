import {execFileSync} from 'node:child_process'

/**
 * How many entries the login keyring holds, by asking the Secret Service itself: no code of ours, no library of ours.
 * Works on a locked keyring, too.
 */
export function countKeyringItems(env: Readonly<Record<string, string>>): number {
  const reply = execFileSync(
    'dbus-send',
    [
      ...['--session', '--print-reply', '--dest=org.freedesktop.secrets', '/org/freedesktop/secrets/collection/login'],
      ...['org.freedesktop.DBus.Properties.Get', 'string:org.freedesktop.Secret.Collection', 'string:Items'],
    ],
    {env, encoding: 'utf8'},
  )
  return reply.match(/object path "/g)?.length ?? 0
}
