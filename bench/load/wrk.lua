-- Sends every request with the next header of the file BENCH_CREDENTIALS (`name: value` a line); ends with one line of JSON.
local requests, last = {}, 0

function init()
  for line in io.lines(os.getenv('BENCH_CREDENTIALS')) do
    local name, value = line:match('^([^:]+): (.*)$')
    wrk.headers[name] = value
    requests[#requests + 1] = wrk.format('GET')
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\n{"requests":%d,"seconds":%.6f,"failed":%d,"p50Ms":%.4f,"p99Ms":%.4f}\n',
    summary.requests, summary.duration / 1e6, errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
