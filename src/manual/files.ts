import type {ManualPage} from './page.ts'

export const FILES: ManualPage = {
  name: 'files',
  title: 'Files and folders',
  summary: 'where sessions, settings, plugins and versions are',
  sections: [
    {
      heading: 'Sessions and settings',
      text: [
        'In `~/.superset`, or the folder that `SUPERSET_HOME_DIR` names. Files that say where credentials go are refused when others can write them.',
      ],
      of: 'file',
      rows: [
        ['cli/settings.json', 'What goes for all profiles: `auth switch`, `identity use`, `config set`.'],
        ['cli/profiles/<name>.json', 'Settings of one profile: issuer, client, API, storage.'],
        ['cli/settings.lock', 'So that of two changes at the same moment none is lost.'],
        ['cli/aliases.json', 'Commands of your own: `alias set`.'],
        [
          'identity/sessions/',
          'Sealed sessions (AES-256-GCM); the key is in the keychain, or is `SUPERSET_STORAGE_KEY`.',
        ],
        ['identity/profiles/', 'Which session each profile has.'],
        [
          'identity/ledger.db',
          'Which refresh token was presented by whom, as digests: so that none is presented twice.',
        ],
        ['identity/locks/', 'Locks between runs.'],
        ['identity/discovery/', 'The public metadata of issuers, for a day.'],
        ['identity/quarantine/', 'What was damaged, set aside by `superset doctor --fix` or a sign-in.'],
        ['config.json', 'The session of the default profile, for `--storage file`: plain text, mode 0600.'],
        ['profiles.json', 'The same of the other profiles.'],
        [
          'host/<organization>/manifest.json',
          'Where the host service of this machine listens; written by that, only read here.',
        ],
      ],
    },
    {
      heading: 'Tokens that could not be saved',
      text: [
        'Where the home became unwritable during a refresh, the new tokens are kept sealed in `/var/tmp/superset-<uid>` (or in `/run/user/<uid>/superset`, or `/tmp/superset-<uid>`). `superset doctor --fix` brings them home.',
      ],
    },
    {
      heading: 'Plugins',
      text: ['In `~/.local/share/superset`, or the folder that `SUPERSET_DATA_DIR` names.'],
      of: 'file',
      rows: [
        ['package.json', 'The list of your plugins.'],
        ['node_modules/', 'The plugins.'],
        ['.npmrc', 'Settings of npm for plugins alone, if you write one.'],
      ],
    },
    {
      heading: 'Versions',
      text: [
        'In `~/.local/share/superset-cli`, where the install script puts them, or the folder that its `--root` names.',
      ],
      of: 'file',
      rows: [
        ['versions/<version>/', 'One whole version, with its own Node.'],
        ['current', 'Link to the version in use.'],
        ['channel', 'The channel that is followed, where it is not `stable`.'],
        ['serials/', 'How new the newest pointer of each channel was.'],
        [
          'update-check.json, update-settings.json',
          'When a newer version was last looked for; whether superset updates itself.',
        ],
        ['~/.local/bin/superset', 'Two lines that start `current`.'],
      ],
    },
    {
      heading: 'Cache',
      text: [
        'In `~/.cache/superset`, or the folder that `SUPERSET_CACHE_DIR` names. It is made anew when it is missing.',
      ],
    },
    {
      heading: 'Of the machine',
      of: 'file',
      rows: [
        [
          '/etc/superset/policy.json',
          "The administrator's policy (macOS: `/Library/Application Support/Superset/policy.json`).",
        ],
      ],
    },
  ],
}
