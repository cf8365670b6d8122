'use strict'

// Serverless Framework's part of a deployment: variables, stages, a strict schema, the command line. What is
// built and which calls are made is decided by `python -m deploy`, which gets the resolved service as JSON.

const { spawnSync } = require('child_process')
const { existsSync } = require('fs')
const path = require('path')

// The framework's validator is strict: one type each, and texts are made of numbers where a text is due.
const object = (properties, required = []) => ({ type: 'object', properties, required, additionalProperties: false })
const text = { type: 'string' }
const map = { type: 'object', additionalProperties: text }
const whole = (minimum, maximum) => ({ type: 'integer', minimum, maximum })
const name = { type: 'string', pattern: '^[a-z][a-z0-9-]*[a-z0-9]$' }

const common = { memorySize: whole(64, 3072), timeout: whole(1, 900), environment: object({ variables: map }) }
const PROVIDER = {
  runtime: { const: 'Python3.10' }, mode: { enum: ['observe', 'enforce'] },
  region: text, stage: text, namespace: text, account: text, config: text, role: text,
  logs: object({ logset: text, topic: text }), tags: map, ...common,
}
const FUNCTION = {
  handler: { const: 'index.main_handler' }, description: text, ...common,
  asyncRetry: object({ attempts: whole(0, 2), maxAge: whole(60, 21600) }),
  deadLetter: object({ type: text, name: text, filter: text }),
  reservedInstances: whole(1, 1000),
}
const TIMER = object({
  name: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]{0,99}$' }, cron: { type: 'string', pattern: '^\\S+( \\S+){6}$' },
  enable: { type: 'boolean' }, message: text,
}, ['name', 'cron'])
const EVENTBRIDGE = object({ rule: name, pattern: { type: 'object' }, enable: { type: 'boolean' } }, ['rule', 'pattern'])

const FUNCTION_OPTION = { type: 'string', usage: 'The function', shortcut: 'f', required: true }
const INPUT = {
  function: FUNCTION_OPTION,
  path: { type: 'string', usage: 'File with the event as JSON', shortcut: 'p' },
  data: { type: 'string', usage: 'The event as JSON', shortcut: 'd' },
}
const PLANNED = { 'dry-run': { type: 'boolean', usage: 'Show what would be done, and do nothing' } }
const PRUNE = { type: 'boolean', usage: 'Also remove what is in the cloud and no longer in the file' }

// What each command of `python -m deploy` takes besides the folder of the build.
const OPTIONS = {
  deploy: ['function', 'dry-run', 'prune'], remove: ['dry-run'], logs: ['function'],
  invoke: ['function', 'path', 'data'], 'invoke-local': ['function', 'path', 'data'],
}
const picked = (values, known) => Object.fromEntries(Object.entries(values || {}).filter(([key]) => key in known))

class TencentProvider {
  static getProviderName () { return 'tencent' }

  constructor (serverless, options) {
    Object.assign(this, { serverless, options, provider: this })
    serverless.setProvider('tencent', this)
    const schema = serverless.configSchemaHandler
    schema.defineProvider('tencent', {
      provider: { properties: PROVIDER, required: ['runtime', 'mode'] },
      function: { properties: FUNCTION, required: ['handler'] },
    })
    schema.defineFunctionEvent('tencent', 'timer', TIMER)
    schema.defineFunctionEvent('tencent', 'eventbridge', EVENTBRIDGE)
    this.commands = {
      deploy: { options: { ...PLANNED, prune: PRUNE } },
      remove: { options: PLANNED },
      info: { usage: 'Show what is deployed', lifecycleEvents: ['info'] },
      logs: { usage: 'Show the last invocations of a function', lifecycleEvents: ['logs'], options: { function: FUNCTION_OPTION } },
      invoke: {
        usage: 'Invoke a deployed function', lifecycleEvents: ['invoke'], options: INPUT,
        commands: { local: { usage: 'Invoke the built zip on this machine', lifecycleEvents: ['invoke'], options: INPUT } },
      },
    }
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => this.build(),
      'deploy:deploy': () => this.python('deploy'),
      'deploy:function:packageFunction': () => this.build(),
      'deploy:function:deploy': () => this.python('deploy'),
      'invoke:invoke': () => this.python('invoke'),
      'invoke:local:invoke': () => { this.build(); this.python('invoke-local') },
      'info:info': () => this.python('info'),
      'logs:logs': () => this.python('logs'),
      'remove:remove': () => this.python('remove'),
    }
  }

  get root () { return this.serverless.serviceDir || this.serverless.config.servicePath }

  build () {
    this.python('build')
    const service = this.serverless.service
    service.package = { ...service.package, individually: true } // and an artefact each: the framework packs nothing
    for (const [key, each] of Object.entries(service.functions)) {
      each.package = { artifact: path.resolve(this.options.package || path.join(this.root, '.serverless', 'build'), `${key}.zip`) }
    }
  }

  document () {
    const { service } = this.serverless
    const known = { ...FUNCTION, events: true }
    const functions = Object.entries(service.functions).map(([key, each]) => [key, picked(each, known)])
    return { service: service.service, provider: picked(service.provider, { ...PROVIDER, name }), functions: Object.fromEntries(functions) }
  }

  python (command) {
    const given = ['package', ...(OPTIONS[command] || [])].filter((key) => this.options[key])
    const flags = given.flatMap((key) => this.options[key] === true ? [`--${key}`] : [`--${key}`, this.options[key]])
    const own = path.join(this.root, '.venv', 'bin', 'python')
    const program = process.env.SGGUARD_PYTHON || (existsSync(own) ? own : 'python3')
    const done = spawnSync(program, ['-m', 'deploy', command, ...flags], {
      cwd: this.root, input: JSON.stringify(this.document()), stdio: ['pipe', 'inherit', 'inherit'],
    })
    const Failure = this.serverless.classes.Error // shown without a stack
    if (done.error) throw new Failure(`${program} cannot be started: ${done.error.message}. Run make .venv/dev, or set SGGUARD_PYTHON.`)
    if (done.status !== 0) throw new Failure(`python -m deploy ${command} ended with exit code ${done.status}; what it said is above.`)
  }
}

module.exports = TencentProvider
