import {behaviourOf} from './mutants.ts'
import {subjectOf} from './subject.ts'

/** `?mutant=<name>`: the mutant as another process loads it. */
const name = new URL(import.meta.url).searchParams.get('mutant') ?? ''

export default subjectOf(name, behaviourOf(name), import.meta.url)
