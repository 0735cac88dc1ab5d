import type {ListView} from './view.ts'

/** Of each list, what a person sees. */

export const TASKS: ListView = {
  noun: 'tasks',
  columns: ['slug', 'title', 'status', 'priority', 'assignee', {name: 'dueDate', heading: 'due', as: 'day'}, 'project'],
  keep: ['slug'],
}

export const STATUSES: ListView = {noun: 'statuses', columns: ['name', 'type', 'position', 'id'], keep: ['id']}

export const ORGANIZATIONS: ListView = {
  noun: 'organizations',
  columns: ['name', 'slug', 'active', 'id'],
  keep: ['slug', 'id'],
}

export const MEMBERS: ListView = {noun: 'members', columns: ['name', 'email', 'role', 'id'], keep: ['email', 'id']}

export const HOSTS: ListView = {
  noun: 'hosts',
  columns: ['name', 'online', {name: 'local', heading: 'this machine'}, 'id'],
  keep: ['name', 'id'],
}

export const PROJECTS: ListView = {noun: 'projects', columns: ['name', 'repo', 'path', 'id'], keep: ['id']}

export const WORKSPACES: ListView = {
  noun: 'workspaces',
  columns: ['name', 'branch', {name: 'projectName', heading: 'project'}, 'id'],
  keep: ['id'],
}

export const AGENTS: ListView = {
  noun: 'agents',
  columns: ['label', {name: 'presetId', heading: 'preset'}, 'command', 'id'],
  keep: ['presetId', 'id'],
}

export const TERMINALS: ListView = {
  noun: 'terminals',
  columns: [
    'title',
    {name: 'createdAt', heading: 'opened', as: 'relative'},
    'exited',
    {name: 'exitCode', heading: 'exit code'},
    {name: 'terminalId', heading: 'id'},
  ],
  keep: ['terminalId'],
  id: 'terminalId',
}

export const AUTOMATIONS: ListView = {
  noun: 'automations',
  columns: [
    'name',
    {name: 'scheduleText', heading: 'schedule'},
    'enabled',
    {name: 'nextRunAt', heading: 'next run', as: 'relative'},
    'agent',
    'host',
    'id',
  ],
  keep: ['id'],
}

export const RUNS: ListView = {
  noun: 'runs',
  columns: [
    'status',
    {name: 'scheduledFor', heading: 'scheduled', as: 'relative'},
    {name: 'dispatchedAt', heading: 'started', as: 'relative'},
    'host',
    'error',
    'id',
  ],
  keep: ['id'],
}

export const PROFILES: ListView = {
  noun: 'profiles',
  columns: [
    {name: 'current', heading: '', as: 'mark'},
    'profile',
    'account',
    {name: 'apiUrl', heading: 'api'},
    'issuer',
    'storage',
    'state',
  ],
  keep: ['profile'],
  id: 'profile',
}

export const IDENTITY_PLUGINS: ListView = {
  noun: 'identity plugins',
  columns: ['plugin', 'version', 'chosenBy', 'authCommands', 'answers'],
  keep: ['plugin'],
  id: 'plugin',
}

export const PLUGINS: ListView = {
  noun: 'plugins',
  columns: ['name', 'version', 'source', 'pinned', 'state', 'commands'],
  keep: ['name'],
  id: 'name',
}

export const SETTINGS: ListView = {
  noun: 'settings',
  columns: ['key', 'value', 'profile', {name: 'wins', heading: 'overridden by'}],
  keep: ['key', 'value'],
  id: 'key',
}

export const AVAILABLE_SETTINGS: ListView = {
  noun: 'settings',
  columns: ['key', 'value', 'default', 'meaning'],
  keep: ['key'],
  id: 'key',
}

export const ALIASES: ListView = {noun: 'aliases', columns: ['alias', 'expansion'], keep: ['alias'], id: 'alias'}

export const FOUND_PLUGINS: ListView = {
  noun: 'plugins',
  columns: ['name', 'version', {name: 'published', as: 'relative'}, 'installed', 'allowed', 'description'],
  keep: ['name'],
  id: 'name',
}
