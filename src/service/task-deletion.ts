import {EXIT, isProblem, type Problem} from '@superset/identity'
import type {Api} from './client.ts'
import {deleteTask} from './tasks.ts'

export interface Deletion {
  /** Ids. */
  readonly deleted: readonly string[]
  readonly failed: readonly {readonly task: string; readonly code: string; readonly message: string}[]
}

/**
 * Deletes one after the other. What is wrong with one task does not keep the others; what is wrong with the session or
 * the service does: the rest is left alone and said to be.
 * @throws Problem when nothing was deleted for one reason that holds for all
 */
export async function deleteTasks(api: Api, tasks: readonly string[]): Promise<Deletion> {
  const deleted: string[] = []
  const failed: {task: string; code: string; message: string}[] = []
  let stopped: Problem | undefined
  for (const task of new Set(tasks)) {
    if (stopped) {
      failed.push({task, code: 'NOT_TRIED', message: 'Not tried.'})
      continue
    }

    try {
      deleted.push(await deleteTask(api, task))
    } catch (error) {
      if (!isProblem(error)) throw error
      failed.push({task, code: error.code, message: error.message})
      if (error.exit !== EXIT.failed && error.exit !== EXIT.usage) stopped = error
      if (tasks.length === 1) stopped = error
    }
  }

  if (stopped && deleted.length === 0) throw stopped
  return {deleted, failed}
}
