import t from 'tap'
import { storeFailure, unavailable } from '../../src/store/failures.ts'

const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError', command: { name: 'evalsha', args: ['secret'] } })

t.test('a Redis that refuses is unavailable, whatever its reason', t => {
  const refusals = [
    'READONLY You can\'t write against a read only replica.', 'OOM command not allowed when used memory > \'maxmemory\'.', 'LOADING Redis is loading the dataset in memory',
    'MISCONF Redis is configured to save RDB snapshots', 'NOREPLICAS Not enough good replicas to write.', 'MASTERDOWN Link with MASTER is down', 'CLUSTERDOWN The cluster is down',
    'TRYAGAIN Multiple keys request during rehashing of slot', 'BUSY Redis is busy running a script.', 'NOSCRIPT No matching script. Please use EVAL.', 'NOAUTH Authentication required.', 'WRONGPASS invalid username-password pair',
    'NOPERM this user has no permissions', 'UNBLOCKED force unblock from blocking operation', 'ERR max number of clients reached'
  ]
  for (const message of refusals) t.match(storeFailure(reply(message)), { code: 'store_unavailable', cause: { message } })
  t.end()
})

t.test('a connection that is lost, slow or closed is unavailable', t => {
  for (const message of ['Connection is closed.', 'Command timed out', 'connect ECONNREFUSED', 'Stream isn\'t writeable and enableOfflineQueue options is false']) {
    t.match(storeFailure(new Error(message)), { code: 'store_unavailable' }, message)
  }
  t.end()
})

t.test('a reply that no working Redis gives to the scripts stays what it is', t => {
  for (const message of ['WRONGTYPE Operation against a key holding the wrong kind of value', 'ERR user_script:12: attempt to index nil', 'OOMX']) {
    const defect = reply(message)
    t.equal(storeFailure(defect), defect)
  }
  t.equal(storeFailure('a word'), 'a word')
  t.end()
})

t.test('the sentence for callers says to retry and nothing about Redis', t => {
  t.match(unavailable().message, /retry/)
  t.notMatch(unavailable(reply('OOM command')).message, /OOM|redis/i)
  t.end()
})
