import {type Area, row} from './code.ts'

const DOCTOR = 'Run `superset doctor`.'
const LOGIN = 'Run `superset auth login`.'
const SPACE = 'Free some space, then run the command again.'
const WRITABLE = 'Make the folder writable, or set `SUPERSET_HOME_DIR` to one that is.'
const ADMINISTRATOR = 'Ask whoever administers this machine.'

export const STORAGE: Area = {
  title: 'Storage of sessions',
  codes: [
    row('REPORT_UNWRITABLE', 74, '`doctor --report` could not write its file.', 'Name a file in a folder of yours.'),
    row('STORE_FULL', 74, 'The disk is full. Nothing was sent.', SPACE),
    row('STORE_READ_ONLY', 74, 'The folder cannot be written. Nothing was sent.', WRITABLE),
    row('STORE_FAILED', 74, 'The folder cannot be written, for another reason.', DOCTOR),
    row(
      'STORE_SAVE_FAILED',
      74,
      'A session was renewed, and could be saved nowhere.',
      'Run `superset doctor`, then `superset auth login`.',
    ),
    row('STORE_UNREADABLE', 74, 'What is stored cannot be read.', DOCTOR),
    row('STORE_UNSAFE', 74, 'Others can read or write what must be yours alone.', 'Run `superset doctor --fix`.'),
    row(
      'STORE_NO_LINKS',
      74,
      'The file system has no hard links.',
      'Set `SUPERSET_HOME_DIR` to a folder on another one, or use `--storage file`.',
    ),
    row(
      'STORE_NO_MODES',
      74,
      'The file system cannot keep files private.',
      'Set `SUPERSET_HOME_DIR` to a folder on one that can.',
    ),
    row('STORE_DAMAGED', 74, 'The stored session is damaged.', LOGIN),
    row(
      'STORE_LOST',
      74,
      'The stored session is missing, though there was one.',
      'Restore the folder, or run `superset auth login`.',
    ),
    row('STORE_SETTINGS', 74, 'Settings cannot be written. Nothing was changed.', DOCTOR),
    row('STORE_LOCKED', 74, 'The keyring is locked.', 'Unlock it, or use `superset auth login --storage file`.'),
    row('STORE_BUSY', 74, 'The keyring does not answer in time.', 'Unlock it if it asks, then run the command again.'),
    row('STORE_KEYCHAIN_ABSENT', 74, 'This machine has no keyring.', 'Choose another storage; the message names them.'),
    row('STORE_KEYCHAIN_LOST', 74, 'The key of the session is not in the keyring any more.', LOGIN),
    row(
      'STORE_KEYCHAIN_UNREACHABLE',
      74,
      'The keyring is that of another login session (SSH, sudo, a container).',
      'Run the command where you signed in, or set `SUPERSET_API_KEY`.',
    ),
    row('STORE_LOCK_BUSY', 75, 'Another run has been changing the file for five seconds.', 'Run the command again.'),
    row(
      'STORE_KEY_ABSENT',
      78,
      'The session is sealed with `SUPERSET_STORAGE_KEY`, which is not set.',
      'Set it to the key of the sign-in.',
    ),
    row('STORE_KEY_INVALID', 78, '`SUPERSET_STORAGE_KEY` is not a key.', 'Make one with `openssl rand -hex 32`.'),
    row(
      'STORE_OTHER_KEY',
      78,
      'The session was sealed with another key.',
      'Set the key of the sign-in, or run `superset auth login`.',
    ),
    row(
      'STORE_NEWER_VERSION',
      78,
      'A newer version wrote what is stored; this one does not touch it.',
      'Run `superset update`.',
    ),
    row(
      'STORE_LEFT_BY_ROOT',
      78,
      'root once ran superset in your home, and left files there.',
      'Give them back to your user; the message has the command.',
    ),
    row(
      'STORE_FOREIGN_HOME',
      78,
      'You are root in the home of somebody else; nothing is written there.',
      'Use `sudo -H`, or set `SUPERSET_HOME_DIR`.',
    ),
    row(
      'LEDGER_UNUSABLE',
      74,
      'The record of refreshes cannot be used. Nothing was sent.',
      'Run `superset doctor --fix`.',
    ),
  ],
}

export const CONFIGURATION: Area = {
  title: 'Settings, variables and the policy',
  codes: [
    row(
      'CONFIG_<variable>',
      78,
      'The variable `SUPERSET_<variable>` (or `HOME`) has a value that cannot be meant.',
      'Correct or unset it.',
    ),
    row(
      'CONFIG_INVALID',
      78,
      'A file of settings is not right; the message names the file and the key.',
      'Correct or remove what it names.',
    ),
    row(
      'CONFIG_NOT_SET',
      1,
      'Nothing is saved for the setting that was asked for.',
      'Run `superset config list --available`.',
    ),
    row('CONFIG_UNREADABLE', 78, 'A file of settings cannot be read.', 'Correct or remove it.'),
    row(
      'CONFIG_UNSAFE',
      78,
      'Others can write a file that says where credentials go, or it belongs to somebody else.',
      'Correct its mode, or give it back to your user.',
    ),
    row(
      'CONFIG_FILE_INVALID',
      78,
      '`config.json` or `profiles.json` cannot be used. It was left as it is.',
      'Correct the file, or move it away and sign in.',
    ),
    row(
      'CONFIG_URL_INVALID',
      [2, 78],
      'An address is none, or is not https.',
      'Give an address such as `https://api.example.com`.',
    ),
    row(
      'CONFIG_PARAMETER',
      [2, 78],
      'An extra parameter would replace one that the sign-in sets itself.',
      'Leave it out.',
    ),
    row('POLICY_REFUSED', 77, 'The policy of the machine forbids that; the message names file and key.', ADMINISTRATOR),
    row('POLICY_IDENTITY', 77, 'The policy pins another identity plugin, version or folder.', ADMINISTRATOR),
    row('POLICY_METHOD', 77, 'The policy does not allow a credential of this kind.', ADMINISTRATOR),
    row(
      'POLICY_INVALID',
      78,
      'The policy does not fit its schema. Nothing works until it does.',
      'Correct it; `superset doctor` says where it is wrong.',
    ),
    row('POLICY_UNREADABLE', 78, 'The policy cannot be read. Nothing works until it can.', ADMINISTRATOR),
    row(
      'POLICY_UNTRUSTED',
      78,
      'The policy, or a folder above it, does not belong to root, or others can write it.',
      'Correct owner and mode.',
    ),
  ],
}

export const NETWORK: Area = {
  title: 'The way out: proxies and certificates',
  codes: [
    row('NETWORK_UNREACHABLE', 75, 'The host cannot be reached.', 'Check the network; `superset doctor` examines it.'),
    row(
      'NETWORK_PROXY',
      [75, 77, 78],
      'The proxy cannot be reached, refuses, or is of a kind that is not supported; the message names its variable.',
      'Correct the variable, or ask your network administrator.',
    ),
    row('NETWORK_PROXY_AUTH', 78, 'The proxy wants a user name and a password.', 'Put them into the proxy variable.'),
    row('NETWORK_TOO_LARGE', 75, 'A host sent more than any answer has.', 'Check the address.'),
    row(
      'NETWORK_CA_FILE',
      78,
      '`SUPERSET_CA_FILE` cannot be used.',
      'Name a readable PEM file of certificates, or unset it.',
    ),
    row(
      'TLS_UNTRUSTED',
      78,
      'The certificate is signed by somebody unknown here, as by a proxy that inspects TLS.',
      'Set `SUPERSET_CA_FILE` to the certificates of your organization.',
    ),
    row(
      'TLS_INVALID',
      78,
      'The certificate has expired, is not valid yet, or is for another host.',
      'Check the clock and the address.',
    ),
    row('TLS_PLAIN', 78, 'An https address is served as plain http.', 'Check the address and its port.'),
    row(
      'TLS_INSECURE',
      78,
      'A credential would go over plain http, or with `NODE_TLS_REJECT_UNAUTHORIZED=0`. Nothing was sent.',
      'Use https, and `SUPERSET_CA_FILE` for an authority of your own.',
    ),
  ],
}
