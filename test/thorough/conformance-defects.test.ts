import {describeDefects} from '../../packages/identity/test/conformance/defects.ts'

describeDefects()
