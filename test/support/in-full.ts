import {runInFull} from './matrix.ts'

runInFull()
