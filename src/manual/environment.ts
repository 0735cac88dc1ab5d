import {AGENT_VARIABLES} from '@superset/identity'
import type {ManualPage} from './page.ts'

const OTHER_AGENTS = AGENT_VARIABLES.filter((name) => name !== 'SUPERSET_AGENT')

/** Every variable that superset reads; test/house/manual.test.ts compares it with the code. */
export const ENVIRONMENT: ManualPage = {
  name: 'environment',
  title: 'Environment variables',
  summary: 'the variables that superset reads',
  sections: [
    {
      heading: 'How they are read',
      text: [
        'A flag wins over a variable, and a variable over what is stored. The policy of the machine wins over all of them. An empty variable is one that is not set.',
        'A variable with a value that cannot be meant stops the command with exit code 78; the message names the variable and never its value.',
      ],
    },
    {
      heading: 'Credentials',
      text: [
        'The first that is there is used, in this order: `--api-key`, `SUPERSET_API_KEY`, `SUPERSET_TOKEN`, a cloud sandbox, workload identity, the stored session. Secrets are taken out of the environment when superset starts, so that no program that it starts inherits them.',
      ],
      of: 'variable',
      rows: [
        ['SUPERSET_API_KEY', 'An API key. Never stored.'],
        [
          'SUPERSET_TOKEN',
          'A bearer token that something else obtained. It is used as it is: not renewed, not stored.',
        ],
        [
          'SUPERSET_WORKLOAD_IDENTITY',
          'Where the identity of a CI job is: `github`, `gitlab`, `env:<variable>` or `file:<absolute path>`. It is exchanged for an access token (RFC 8693).',
        ],
        ['SUPERSET_WORKLOAD_AUDIENCE', 'The audience of that identity, where it is not the issuer.'],
        ['SUPERSET_ID_TOKEN', 'The identity of a GitLab job, for `SUPERSET_WORKLOAD_IDENTITY=gitlab`.'],
        [
          'ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN',
          'Set by GitHub Actions for jobs with `id-token: write`.',
        ],
        ['SUPERSET_SANDBOX_WORKSPACE_ID', 'Set in a cloud sandbox, where the network adds the credential.'],
        [
          'SUPERSET_STORAGE_KEY',
          'Seals the stored session: 32 bytes as 64 hexadecimal digits or base64, or `@/path/to/a/file` that holds them.',
        ],
        [
          'SUPERSET_CREDENTIAL_REQUEST, KUBERNETES_EXEC_INFO',
          'Given to the credential command of `@superset/plugin-auth-command`: what is asked of it.',
        ],
      ],
    },
    {
      heading: 'Whom to act as, and where',
      of: 'variable',
      rows: [
        ['SUPERSET_PROFILE', 'The profile of this terminal. `--profile` wins over it.'],
        ['SUPERSET_ORGANIZATION_ID', 'The organization to act on. `--organization` wins over it.'],
        [
          'SUPERSET_WORKSPACE_ID',
          'The workspace that `workspaces get` shows when none is named; set in its terminals.',
        ],
        ['SUPERSET_API_URL', 'Origin of the API. A session of another API is not sent there.'],
        ['SUPERSET_WEB_URL', 'Origin of the web application, for links.'],
        ['SUPERSET_ISSUER', 'The OpenID issuer to sign in at, exactly as its metadata writes it.'],
        ['SUPERSET_CLIENT_ID', 'The client id to sign in with.'],
        ['SUPERSET_IDENTITY', 'Package name of the identity plugin that answers.'],
        ['SUPERSET_STORAGE', 'Where the next sign-in is stored: `keychain`, `key` or `file`.'],
      ],
    },
    {
      heading: 'Folders',
      text: ['Each must be an absolute path. `superset help files` says what is in them.'],
      of: 'variable',
      rows: [
        ['SUPERSET_HOME_DIR', 'Sessions and settings. Unless set, `~/.superset`.'],
        ['SUPERSET_DATA_DIR', 'Plugins. Unless set, `$XDG_DATA_HOME/superset` or `~/.local/share/superset`.'],
        ['SUPERSET_CACHE_DIR', 'What can be made anew. Unless set, `$XDG_CACHE_HOME/superset` or `~/.cache/superset`.'],
        ['SUPERSET_CONFIG_DIR', 'The folder that oclif gives plugins for their settings.'],
        [
          'HOME, XDG_CACHE_HOME, XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_RUNTIME_DIR, TMPDIR',
          'As everywhere. A relative one counts for nothing.',
        ],
      ],
    },
    {
      heading: 'Output',
      of: 'variable',
      rows: [
        [
          ['SUPERSET_AGENT', ...OTHER_AGENTS].join(', '),
          'Any of them, unless it is empty, `0` or `false`, makes JSON the default and turns questions off.',
        ],
        [
          'SUPERSET_PAGER, PAGER',
          'The program that shows what is longer than the screen. The first that is set counts; empty is none; without both it is `less`.',
        ],
        [
          'SUPERSET_DEBUG',
          'Set, and neither `0` nor `false`: each request is told on stderr (method, address without its query, status, time, request id), and an error with its stack; without secrets. `--verbose` tells the requests of one run.',
        ],
        ['LESS, LV', 'Options of the pager; set to `FRX` and `-c` unless they are there.'],
        ['NO_COLOR, FORCE_COLOR', 'No colours, or colours also where output is not a terminal.'],
        ['VISUAL, EDITOR', 'The editor for `--edit`.'],
        ['BROWSER', 'The program that opens pages; `none` opens none.'],
        [
          'DEBUG',
          'Traces on standard error: `DEBUG=superset*` of superset, `DEBUG=*` of all libraries. Credentials are blanked out.',
        ],
      ],
    },
    {
      heading: 'Network',
      of: 'variable',
      rows: [
        ['SUPERSET_CA_FILE', 'A PEM file with further certificate authorities.'],
        ['HTTPS_PROXY, HTTP_PROXY, ALL_PROXY', 'Proxies, also in lower case, which goes first.'],
        ['NO_PROXY', 'What is reached without one.'],
        [
          'NODE_EXTRA_CA_CERTS, NODE_USE_SYSTEM_CA, SSL_CERT_FILE, SSL_CERT_DIR',
          'Certificate authorities, as for Node.',
        ],
        ['NODE_TLS_REJECT_UNAUTHORIZED', 'With `0` no credential is sent to another machine.'],
      ],
    },
    {
      heading: 'Updates and plugins',
      of: 'variable',
      rows: [
        ['SUPERSET_DISABLE_AUTOUPDATE', 'Set, and neither `0` nor `false`: superset does not update itself.'],
        ['SUPERSET_NPM_REGISTRY', 'The registry that plugins come from, in the place of that of your `.npmrc`.'],
        [
          'SUPERSET_NPM_LOG_LEVEL',
          'How much npm says when plugins are installed, in its own words: `silent` to `silly`.',
        ],
        [
          'SUPERSET_DEV_POLICY',
          'A policy file to try, for `bin/dev.js` in a clone alone; a release has no way to name one.',
        ],
      ],
    },
  ],
}
