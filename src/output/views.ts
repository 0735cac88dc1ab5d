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

export const PROFILES: ListView = {
  noun: 'profiles',
  columns: ['profile', 'chosen', 'signedIn', 'account', 'identity', 'storage', 'problem'],
  keep: ['profile'],
  id: 'profile',
}

export const RELEASES: ListView = {noun: 'releases', columns: ['version', 'channel', 'location'], id: 'version'}
