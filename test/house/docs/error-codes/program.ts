import {type Area, row} from './code.ts'

const DOCTOR = 'Run `superset doctor`; `superset identity reset` goes back to the default.'
const NEW = 'Install superset anew.'
const TELL = 'Do not install it; tell whoever runs the registry.'
const HOST = 'Tell whoever runs the release host or mirror.'

export const COMMAND_LINE: Area = {
  title: 'The command line',
  codes: [
    row(
      'USAGE_INVALID',
      2,
      'The command line is wrong; the message says where.',
      'Correct it; `--help` shows what the command takes.',
    ),
    row(
      'USAGE_UNKNOWN_COMMAND',
      2,
      'There is no such command.',
      'The message names the nearest; `superset help` lists all.',
    ),
    row('ALIAS_NOT_FOUND', 1, 'There is no alias of that name.', '`superset alias list` lists them.'),
    row('USAGE_OTHER_PROGRAM', 2, 'It is a command of another program.', 'The message says of which.'),
    row('USAGE_PROFILE', 2, 'That is not the name of a profile.', 'Use letters, digits, dots and dashes.'),
    row('USAGE_NO_INPUT', 2, 'Nothing came on standard input.', 'Pipe it in.'),
    row('USAGE_CONFIRM', 2, 'It must be confirmed, and there is no terminal to ask on.', 'Add `--yes`.'),
    row('USAGE_SAME_STORAGE', 2, 'The session is stored there already.', 'None is needed.'),
    row(
      'CONFIRMATION_NEEDED',
      2,
      'It cannot be undone, and there is no terminal to ask on.',
      'Add `--yes` if you mean it.',
    ),
    row('NOT_CONFIRMED', 1, 'You said no; nothing was done.', 'None is needed.'),
    row('CANCELLED', 130, 'You stopped it; nothing was changed.', 'None is needed.'),
    row('PROFILE_UNKNOWN', 2, 'There is no such profile.', 'Run `superset auth list`.'),
    row('PROFILE_MISSING', 2, 'The command does not know for which profile.', 'Name one; the message lists them.'),
    row('COMMAND_FAILED', 1, 'A command of a plugin failed without a code.', 'As the message says.'),
    row(
      'UNEXPECTED_ERROR',
      1,
      'A fault of superset or of a plugin.',
      'Report it, with the output of `DEBUG=superset*`.',
    ),
  ],
}

export const PLUGINS: Area = {
  title: 'Plugins',
  codes: [
    row('PLUGIN_NOT_FOUND', 1, 'The registry has no such package.', 'Check the name and `SUPERSET_NPM_REGISTRY`.'),
    row('PLUGIN_NO_SEARCH', 1, 'The registry cannot be searched.', 'Install a plugin by its name.'),
    row('PLUGIN_NOT_CREATED', 74, 'A new plugin cannot be written there.', 'Name another folder.'),
    row('PLUGIN_NO_VERSION', 1, 'No version fits, or none is as old as the policy wants.', 'Name another version.'),
    row(
      'PLUGIN_INVALID',
      [1, 2],
      'It is no plugin, or its folder or files are damaged.',
      'Install it anew, or uninstall it.',
    ),
    row(
      'PLUGIN_BUNDLED',
      2,
      'It bears the name of something that comes with superset.',
      'None: it cannot be replaced.',
    ),
    row('PLUGIN_TAMPERED', 77, 'What arrived is not what the registry said it would be.', TELL),
    row('PLUGIN_NO_INTEGRITY', 77, 'Nothing says what the contents have to be.', TELL),
    row(
      'PLUGIN_OLDER',
      77,
      'The registry offers something older than what is installed.',
      'Name the version if you want it.',
    ),
    row('PLUGIN_REGISTRY_DENIED', 77, 'The registry does not accept your token.', 'Check the token in your `.npmrc`.'),
    row(
      'PLUGIN_REGISTRY_UNREACHABLE',
      75,
      'The registry cannot be reached.',
      'Try again later; what is installed works meanwhile.',
    ),
    row('PLUGIN_BUSY', 75, 'Another run is changing plugins.', 'Wait until it has ended.'),
    row(
      'PLUGIN_FOLDER',
      78,
      'The folder of plugins cannot be written.',
      'Make it writable, or set `SUPERSET_DATA_DIR`.',
    ),
    row(
      'PLUGIN_LIST_DAMAGED',
      78,
      'The list of plugins cannot be read.',
      'Correct it, or run `superset plugins reset --hard`.',
    ),
    row(
      'PLUGIN_NPM_SETTINGS',
      78,
      'npm refuses your settings of it.',
      'Correct your `.npmrc`, and variables that begin with `npm_config_`.',
    ),
    row('PLUGIN_NPM_FAILED', 1, 'npm failed, in its own words.', 'Run it with `--verbose`.'),
    row(
      'PLUGIN_TRUST_ROOT',
      78,
      'The trusted root that the policy names is none.',
      'Ask whoever administers this machine.',
    ),
    row(
      'PLUGIN_STOPPED',
      [1, 2, 4, 74, 75, 77, 78],
      'The `init` hook of a plugin stopped the command.',
      'Uninstall the plugin if it should not.',
    ),
    row('IDENTITY_MISSING', 78, 'The chosen identity plugin is not installed.', DOCTOR),
    row('IDENTITY_HOOK_MISSING', 78, 'The chosen plugin is not an identity plugin.', DOCTOR),
    row('IDENTITY_FAILED', 78, 'The identity plugin failed.', DOCTOR),
    row('IDENTITY_TIMEOUT', 78, 'The identity plugin did not answer in time.', DOCTOR),
    row('IDENTITY_INVALID', 78, 'What the identity plugin answered is no provider.', DOCTOR),
    row('IDENTITY_ABSENT', 78, 'The command was run by another program than superset.', 'Run it with superset.'),
    row(
      'IDENTITY_SHADOWED',
      78,
      'An installed plugin bears the name of the bundled one.',
      'Uninstall it; the message has the command.',
    ),
  ],
}

export const UPDATES: Area = {
  title: 'Updates',
  codes: [
    row('UPDATE_UNSIGNED', 1, 'The file is not signed by a key that this superset trusts.', HOST),
    row('UPDATE_MISMATCH', 1, 'The file is signed for another version, platform, channel or purpose.', HOST),
    row(
      'UPDATE_EXPIRED',
      1,
      'The file is signed, and too old to be believed.',
      'Check the clock; else the host or mirror has to be brought up to date.',
    ),
    row(
      'UPDATE_REPLAYED',
      1,
      'The file is older than one that this installation has seen.',
      'Try again later; if it goes on, tell whoever runs the host.',
    ),
    row(
      'UPDATE_OLDER',
      1,
      'The channel offers something older than what is in use.',
      'Go there with `superset update --version <version>` if you want.',
    ),
    row('UPDATE_DAMAGED', 1, 'The archive is not the one that was signed.', 'Run `superset update` again.'),
    row('UPDATE_ARCHIVE', 1, 'The archive holds what it must not.', HOST),
    row('UPDATE_FORMAT', 1, 'The release is made for a newer superset, or is not complete.', NEW),
    row(
      'UPDATE_DOES_NOT_START',
      1,
      'The new version does not start on this machine.',
      'Choose another with `superset update --available`.',
    ),
    row('UPDATE_NO_VERSION', 1, 'There is no such version for this platform.', 'Run `superset update --available`.'),
    row('UPDATE_NO_CHANNEL', 1, 'There is no such channel for this platform.', 'Run `superset update --available`.'),
    row(
      'UPDATE_NO_EARLIER',
      1,
      'There is no earlier version on this machine.',
      'Run `superset update --version <version>`.',
    ),
    row(
      'UPDATE_NOT_OURS',
      1,
      'This copy does not update itself: npm, a package or an image brought it.',
      'Update it as it came.',
    ),
    row('UPDATE_DISK_FULL', 74, 'There is no room for the new version.', 'Free about 400 MB.'),
    row(
      'UPDATE_NOT_WRITABLE',
      74,
      'You cannot write the folder of the installation.',
      'Run it as whoever installed superset.',
    ),
    row(
      'UPDATE_NETWORK',
      75,
      'The release cannot be fetched.',
      'Try again later; `superset doctor` examines the network.',
    ),
    row('UPDATE_BUSY', 75, 'Another update is under way.', 'Wait until it has ended.'),
    row(
      'UPDATE_HOST',
      78,
      'What answers is not a host of releases: a redirect, a sign-in, a web page.',
      'Ask whoever runs it.',
    ),
    row('UPDATE_CERTIFICATE', 78, 'The certificate of the release host is not trusted.', 'Set `SUPERSET_CA_FILE`.'),
    row('UPDATE_SETTINGS', 78, 'This build cannot update itself.', NEW),
  ],
}
