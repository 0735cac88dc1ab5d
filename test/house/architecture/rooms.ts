/**
 * What each room is for, in the order in which they are read: a room is a folder of `src` or of `release`, or a file right
 * in there that is one by itself. A room without a line here, and a line without a room, fail `test/house/picture.test.ts`.
 */
export const ROOMS: Readonly<Record<string, string>> = {
  'src/main.ts': 'one run: reads the command line, loads plugins, runs a command',
  'src/commands': 'forms: parse, one call, print',
  'src/diagnosis': 'what is wrong with a machine, for `superset doctor`',
  'src/forms': 'what the forms of one topic share: its flags, its texts',
  'src/hooks': "oclif's hooks: what holds before and after every command",
  'src/cli': 'what commands share: base command, flags, questions, errors, help',
  'src/plugin-host': 'which plugins this run has, and which one answers for identity',
  'src/plugins': 'third-party plugins: install, verify, update, remove',
  'src/update': 'new versions: look, download, verify, switch over',
  'src/identity': 'whether a run needs a session, who answers for it, getting it',
  'src/policy': "what the machine's owner decided",
  'src/configuration': 'what the user chose, in files',
  'src/service': 'one function for each operation of the API',
  'src/output': 'rows to tables, JSON, ids; errors to text',
  'src/completion': 'what TAB suggests, in each shell',
  'src/manual': 'the pages of `superset help <page>`, and of docs',
  'src/locks': 'locks between processes that the kernel frees',
  'src/env.ts': 'the environment, read once',
  'src/closest.ts': 'what somebody meant who mistyped a name',
  'src/own-shapes.ts': 'the shape of what commands print that tell of this machine',
  'packages/identity/src': 'the contract: provider, session, request, Problem, exit codes',
  'packages/identity/src/conformance': 'scenarios for authors of identity plugins, and the issuer that they meet',
  'packages/identity/src/network': 'the way out: proxies, certificates, fetch',
  'packages/identity/src/terminal': 'questions at a terminal',
  'packages/identity/src/browser': 'which browser there is, and starting it',
  'packages/identity/src/home': 'whose the files of a home are',
  'packages/plugin-auth/src': 'values that all of it shares; its settings and its environment',
  'packages/plugin-auth/src/commands': 'auth login, logout, status, refresh, token',
  'packages/plugin-auth/src/hooks': 'the answer to `superset:identity`',
  'packages/plugin-auth/src/provider': 'the methods of the contract, one file each',
  'packages/plugin-auth/src/signin': 'browser, device and API key: from a person to tokens',
  'packages/plugin-auth/src/workload': "tokens for a machine's own identity, kept nowhere",
  'packages/plugin-auth/src/session': 'which credential wins; renewing it while a command runs',
  'packages/plugin-auth/src/refresh': 'one refresh token, presented once, by one helper',
  'packages/plugin-auth/src/network': 'requests to the issuer: discovery, tokens, revocation',
  'packages/plugin-auth/src/store': 'what is kept of a session, and in which of the storages',
  'packages/plugin-auth/src/store/sealed': 'encrypted records, their key in a keychain or a variable',
  'packages/plugin-auth/src/store/plain': 'the plain-text file',
  'packages/plugin-auth/src/store/profile-index': 'which session a profile has',
  'packages/plugin-auth/src/keychain': "the system's keychain, with a deadline",
  'packages/plugin-auth/src/files': 'durable writes, safe reads, the layout of a home',
  'packages/plugin-auth/src/ledger': 'the one lock between processes, and who presented which token',
  'packages/plugin-auth-command/src': 'its settings and its problems',
  'packages/plugin-auth-command/src/hooks': 'the answer to `superset:identity`',
  'packages/plugin-auth-command/src/provider': 'the methods of the contract',
  'packages/plugin-auth-command/src/session': 'a session for one run',
  'packages/plugin-auth-command/src/protocol': 'what the command says, read',
  'packages/plugin-auth-command/src/program': 'how the command is run',
  'packages/sandbox/src': 'the service: its authorization server, faults on demand, a journal',
  'packages/sandbox/src/api': 'the procedures of the API, and what they work on',
  'packages/sandbox/src/host': 'a host service with its state in memory, and the relay to it',
  'packages/sandbox/src/pages': 'what a person sees in a browser',
  'packages/foreign-issuer/src': 'a certified OpenID provider with quirks; an issuer for workloads',
  release: 'the scripts: pack, publish, make keys',
  'release/steps': 'what they do',
  'release/plan': 'what is decided, and touches nothing',
}

/** The houses that rooms stand in. */
export const PACKAGES: Readonly<Record<string, string>> = {
  src: 'superset, the CLI',
  'packages/identity': 'the contract between the CLI and identity plugins',
  'packages/plugin-auth': 'sign-in, storage, refreshing; reached by hook name only',
  'packages/plugin-auth-command': 'asks an external program; reached by hook name only',
  'packages/sandbox': 'the service on loopback, its relay and host services; private, for tests and the demo',
  'packages/foreign-issuer': "an issuer not the service's, on loopback; private, for tests",
  release: 'packs, signs and publishes',
}

/** The room of a file, by the area that the rules know it under; a package's own loose files share one. */
export function roomOf(area: string): string {
  return area in ROOMS ? area : area.replace(/\/[^/]+\.ts$/, '')
}
