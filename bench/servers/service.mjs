/** The service as built, configured by the environment. */
import { buildApp } from '../../dist/app.js'
import { loadConfig } from '../../dist/config.js'

const app = await buildApp(loadConfig(process.env))
process.send({ url: await app.listen({ port: 0, host: '127.0.0.1' }) })
