-- Sends every request with the next header of the file BENCH_CREDENTIALS (`name: value` a line, behind a tab a JSON body to POST); ends with one line of JSON.
local requests, last = {}, 0

function init()
  for line in io.lines(os.getenv('BENCH_CREDENTIALS')) do
    local name, value, body = line:match('^([^:]+): ([^\t]*)\t?(.*)$')
    wrk.headers[name] = value
    wrk.headers['content-type'] = body ~= '' and 'application/json' or nil
    requests[#requests + 1] = body ~= '' and wrk.format('POST', nil, nil, body) or wrk.format('GET')
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\n{"requests":%d,"seconds":%.6f,"failed":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d},"p50Ms":%.4f,"p99Ms":%.4f}\n',
    summary.requests, summary.duration / 1e6, errors.connect, errors.read, errors.write, errors.status, errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
