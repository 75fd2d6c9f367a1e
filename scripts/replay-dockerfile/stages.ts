import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, isAbsolute, join } from 'node:path'
import { env as ownEnvironment } from 'node:process'
import { Copy, DockerfileParser, From, type Instruction } from 'dockerfile-ast'

/** A stage of a Dockerfile as it stands after its steps were carried out in a folder. */
export interface Stage {
  /** The folder that plays the image's root. */
  root: string
  /** The working folder inside of it. */
  workdir: string
  env: Record<string, string>
  user: string
  command: string[]
  healthCommand: string[]
}

/**
 * Carries out the steps of a Dockerfile in fresh folders below `place` and answers with the last stage. Base images are taken to be
 * this machine, and the root of a stage is a folder, so RUN steps have to use relative paths. An instruction that it does not know throws.
 */
export function carryOut (dockerfile: string, context: string, place: string): Stage {
  const stages: Array<Stage & { name: string }> = []
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    if (instruction instanceof From) {
      stages.push(begin(join(place, String(stages.length)), instruction.getBuildStage() ?? ''))
      continue
    }
    const stage = stages.at(-1)
    if (stage === undefined) throw new Error(`${instruction.getKeyword()} before the first FROM`)
    const from = instruction instanceof Copy ? instruction.getFromFlag()?.getValue() : undefined
    const source = from === undefined || from === null ? context : stages.find(({ name }) => name === from)?.root
    if (source === undefined) throw new Error(`COPY from an unknown stage: ${from}`)
    step(instruction, stage, source)
  }
  const last = stages.at(-1)
  if (last === undefined) throw new Error('no FROM in the Dockerfile')
  return last
}

function begin (root: string, name: string): Stage & { name: string } {
  mkdirSync(root, { recursive: true })
  return { name, root, workdir: '/', env: {}, user: 'root', command: [], healthCommand: [] }
}

function step (instruction: Instruction, stage: Stage, source: string): void {
  const words = instruction.getArguments().map((word) => word.getValue())
  const text = (instruction.getRawArgumentsContent() ?? '').replaceAll(/\\\n\s*/g, '')
  const steps: Record<string, () => void> = {
    WORKDIR: () => enter(stage, words),
    COPY: () => copy(stage, source, words),
    RUN: () => run(stage, text),
    ENV: () => { Object.assign(stage.env, Object.fromEntries(words.map((word) => word.split('=')))) },
    USER: () => { stage.user = text },
    EXPOSE: () => {},
    HEALTHCHECK: () => { stage.healthCommand = jsonForm(text) },
    CMD: () => { stage.command = jsonForm(text) }
  }
  const carryOut = steps[instruction.getKeyword()]
  if (carryOut === undefined) throw new Error(`the replay does not know ${instruction.getKeyword()}`)
  carryOut()
}

function enter (stage: Stage, [folder = '/']: string[]): void {
  stage.workdir = folder
  mkdirSync(join(stage.root, folder), { recursive: true })
}

/** As Docker does it: a folder's contents go into the target, a file goes under its name into a target that is or ends like a folder. */
function copy (stage: Stage, source: string, words: string[]): void {
  const target = words.at(-1) ?? ''
  const place = join(stage.root, isAbsolute(target) ? '' : stage.workdir, target)
  for (const word of words.slice(0, -1)) {
    const from = join(source, word)
    if (!existsSync(from)) throw new Error(`COPY ${word}: it is not in the context or the stage`)
    const isInside = statSync(from).isFile() && (target.endsWith('/') || existsSync(place))
    cpSync(from, isInside ? join(place, basename(word)) : place, { recursive: true, verbatimSymlinks: true })
  }
}

function run (stage: Stage, command: string): void {
  const { status } = spawnSync('sh', ['-c', command], { cwd: join(stage.root, stage.workdir), env: environment(stage), stdio: 'inherit' })
  if (status !== 0) throw new Error(`RUN ${command} ended with ${status}`)
}

/** What a step or the service finds in its environment: what the Dockerfile says and where programs are, and npm's settings of this machine. */
export function environment ({ env }: Stage): NodeJS.ProcessEnv {
  const { PATH, HOME } = ownEnvironment
  const settings = Object.entries(ownEnvironment).filter(([name]) => /^(NODE_EXTRA_CA_CERTS|npm_config_(registry|cafile|cache|userconfig))$/i.test(name))
  return { ...Object.fromEntries(settings), PATH, HOME, ...env }
}

function jsonForm (text: string): string[] {
  return JSON.parse(text.slice(text.indexOf('[')))
}
