import {describeDefects} from './defects.ts'

describeDefects((index) => index % 2 === 1)
