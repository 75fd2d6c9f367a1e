const { PATH = '', HOME = '' } = process.env

/**
 * The environment for a program that a test starts: none of the variables of the test run, and no coverage. tsx gives
 * a child source maps that tap credits with every line of every file, which would hide lines that no test reaches.
 */
export const childEnvironment = { PATH, HOME, _TAPJS_PROCESSINFO_COVERAGE_: '0' }
