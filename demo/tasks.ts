import type {Story} from './story.ts'

const TITLE = 'Tell a newcomer a story'

export async function listTasks(story: Story): Promise<void> {
  await story.run('superset tasks list')
  story.prove(story.refreshes === 0, 'The access token is fresh, so nothing was asked of the token endpoint.')
}

export async function createTask(story: Story): Promise<void> {
  await story.run(`superset tasks create --title "${TITLE}" --priority high`)
  const found = await story.run(`superset tasks list --search "${TITLE}" --quiet`)
  const count = found.stdout.trim().split('\n').filter(Boolean).length
  story.prove(count === 1, '--quiet prints ids for scripts, and the new task is there, once.')
}
