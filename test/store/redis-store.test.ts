import t from 'tap'
import { storeContract } from './contract.ts'
import { openStore } from './fixture.ts'

await storeContract(t, 'the store over Redis keeps the contract', async (t, options) => {
  const { store, config } = await openStore(t, options)
  return { store, another: async changes => (await openStore(t, { ...options, ...changes, prefix: config.KEY_PREFIX })).store }
})
