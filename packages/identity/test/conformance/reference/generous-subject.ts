import {behaviourOf} from './mutants.ts'
import {subjectOf} from './subject.ts'

export default subjectOf('generous', behaviourOf('generous'))
