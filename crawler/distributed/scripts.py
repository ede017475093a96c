"""What happens in Redis in one step each, as Lua: a request is pushed, handed out, kept, settled, given back.

Keys, all behind one prefix:

| key | holds |
|---|---|
| `about` | the run: archive, number, plan, state (`running`, `ending`, `finished`), when it began; how many requests |
| | it may make (`budget`), and when it may go on (`shut_until`) |
| `counts` | requests, bytes and pages of all workers |
| `q:HOST` | URLs to ask of a host, by priority |
| `msg` | URL → its message (messages.py) |
| `due` | hosts that have something to ask and are not being asked, by when they may be (seconds since 1970) |
| `next` | host → when it may be asked again |
| `busy` | host → the URL for which it is being asked: one at a time for the cluster |
| `leases` | URL → when its worker counts as dead |
| `flight` | URL → worker, host |
| `gate` | sources that are to be read before any article is asked → host |
| `seen` `had` | digests of the URLs that were found; of those that gave something, or are never asked |
| `ids` | article → the URL under which it is asked for |
| `rows` | host → what is known of it: rests, refusals, robots.txt |
| `closed` | host → why it is not asked in this run |
| `items` | the stream that the archiver reads |
"""

COMMON = """
local P = KEYS[1]
local function key(name) return P .. ':' .. name end
local t = redis.call('TIME')
local now = tonumber(t[1]) + tonumber(t[2]) / 1000000
local function open_host(host)
  if redis.call('HEXISTS', key('busy'), host) == 0 and redis.call('HEXISTS', key('closed'), host) == 0
     and redis.call('EXISTS', key('q:' .. host)) == 1 then
    redis.call('ZADD', key('due'), redis.call('HGET', key('next'), host) or 0, host)
  end
end
local function enqueue(host, url, priority, message)
  redis.call('ZADD', key('q:' .. host), priority, url)
  redis.call('HSET', key('msg'), url, message)
  if tonumber(priority) > 0 then redis.call('HSET', key('gate'), url, host) end
  open_host(host)
end
local function let_go(url, host, time)
  redis.call('ZREM', key('leases'), url)
  redis.call('HDEL', key('flight'), url)
  redis.call('HDEL', key('busy'), host)
  redis.call('HSET', key('next'), host, string.format('%.6f', time))
end
local function found(one)
  -- one: url, digest, article, host, priority, message, event, again, tell
  local decision, twin = 'new', ''
  if redis.call('SADD', key('seen'), one.digest) == 0 and not one.again then
    decision = 'known'
  elseif one.article ~= '' then
    twin = redis.call('HGET', key('ids'), one.article) or ''
    if twin == one.url then twin = '' end
    if twin == '' then
      redis.call('HSET', key('ids'), one.article, one.url)
      enqueue(one.host, one.url, one.priority, one.message)
    else
      local at = string.match(twin, '^%a+://([^/:]+)') or ''
      if one.url < twin and redis.call('ZSCORE', key('q:' .. at), twin) then
        redis.call('ZREM', key('q:' .. at), twin)
        redis.call('HDEL', key('msg'), twin)
        if redis.call('EXISTS', key('q:' .. at)) == 0 then redis.call('ZREM', key('due'), at) end
        redis.call('HSET', key('ids'), one.article, one.url)
        enqueue(one.host, one.url, one.priority, one.message)
        twin = ''
      end
      decision = 'elsewhere'
    end
  else
    enqueue(one.host, one.url, one.priority, one.message)
  end
  if decision ~= 'known' or one.tell then
    redis.call('XADD', key('items'), '*', 'k', 'found', 'd', one.event, 'r', decision, 't', twin)
  end
  return decision
end
"""
"""`found` decides as archive/memory/urls.py does: of an article's URLs, the first by the alphabet is asked."""

PUSH = (
    COMMON
    + """
local n = 0
for i = 1, #ARGV do
  if found(cjson.decode(ARGV[i])) == 'new' then n = n + 1 end
end
return n
"""
)
"""ARGV: findings. Returns how many are new."""

FEED = (
    COMMON
    + """
for i = 1, #ARGV, 5 do
  local url, article = ARGV[i + 1], ARGV[i + 4]
  if redis.call('HEXISTS', key('flight'), url) == 0 then
    enqueue(ARGV[i], url, ARGV[i + 2], ARGV[i + 3])
    if article ~= '' then redis.call('HSET', key('ids'), article, url) end
  end
end
return 1
"""
)
"""ARGV: host, URL, priority, message, article, and so on: what the archive has pending."""

POP = (
    COMMON
    + """
local worker, lease, margin = ARGV[1], tonumber(ARGV[2]), 0
for _, url in ipairs(redis.call('ZRANGEBYSCORE', key('leases'), '-inf', now, 'LIMIT', 0, 50)) do
  local info = cjson.decode(redis.call('HGET', key('flight'), url) or '{}')
  if info.host then
    let_go(url, info.host, now)
    redis.call('ZADD', key('q:' .. info.host), info.priority, url)
    open_host(info.host)
    redis.call('HINCRBY', key('about'), 'returned', 1)
  else
    redis.call('ZREM', key('leases'), url)
  end
end
if redis.call('HGET', key('about'), 'state') ~= 'running' then return {} end
if tonumber(redis.call('HGET', key('about'), 'shut_until') or 0) > now then return {} end
local budget = tonumber(redis.call('HGET', key('about'), 'budget') or '')
if budget and tonumber(redis.call('HGET', key('counts'), 'requests') or 0)
   + redis.call('ZCARD', key('leases')) >= budget then return {} end
local hosts, gated = nil, redis.call('HLEN', key('gate')) > 0
if gated then
  hosts = redis.call('HVALS', key('gate'))
else
  hosts = redis.call('ZRANGEBYSCORE', key('due'), '-inf', now, 'LIMIT', 0, 1)
end
for _, host in ipairs(hosts) do
  local time = redis.call('ZSCORE', key('due'), host)
  if time and tonumber(time) <= now then
    local top = redis.call('ZREVRANGE', key('q:' .. host), 0, 0, 'WITHSCORES')
    if top[1] and not (gated and tonumber(top[2]) <= 0) then
      local url = top[1]
      redis.call('ZREM', key('q:' .. host), url)
      redis.call('ZREM', key('due'), host)
      redis.call('HSET', key('busy'), host, url)
      local pause = tonumber(redis.call('HGET', key('delay'), host) or 0)
      local till = now + math.max(lease, pause + 10)
      redis.call('ZADD', key('leases'), till, url)
      redis.call('HSET', key('flight'), url, cjson.encode({worker = worker, host = host, priority = top[2]}))
      return {url, redis.call('HGET', key('msg'), url), redis.call('HGET', key('rows'), host) or ''}
    end
  end
end
return {}
"""
)
"""ARGV: worker, seconds of a lease. Returns [URL, message, row of its host], or [] where no host is due."""

RENEW = (
    COMMON
    + """
local lost = {}
for i = 3, #ARGV do
  local info = cjson.decode(redis.call('HGET', key('flight'), ARGV[i]) or '{}')
  if info.worker == ARGV[1] then
    local pause = tonumber(redis.call('HGET', key('delay'), info.host) or 0)
    redis.call('ZADD', key('leases'), now + math.max(tonumber(ARGV[2]), pause + 10), ARGV[i])
  else
    table.insert(lost, ARGV[i])
  end
end
return lost
"""
)
"""ARGV: worker, seconds, URLs. Returns the URLs that are another worker's by now."""

SETTLE = (
    COMMON
    + """
local told = cjson.decode(ARGV[1])
for name, n in pairs(told.traffic) do redis.call('HINCRBY', key('counts'), name, n) end
local info = cjson.decode(redis.call('HGET', key('flight'), told.url) or '{}')
if info.worker ~= told.worker then return 0 end
local host = info.host
redis.call('HSET', key('delay'), host, told.delay)
if told.row ~= '' then redis.call('HSET', key('rows'), host, told.row) end
let_go(told.url, host, math.max(now + told.delay, told.rest_until))
for i = 3, #ARGV do found(cjson.decode(ARGV[i])) end
for _, event in ipairs(told.events) do
  redis.call('XADD', key('items'), '*', 'k', event[1], 'd', event[2])
end
if ARGV[2] ~= '' then
  redis.call('XADD', key('items'), '*', 'k', 'item', 'd', ARGV[2], 'w', told.worker)
  if told.had ~= '' then redis.call('SADD', key('had'), told.had) end
end
for _, walk in ipairs(told.walks) do
  redis.call('HSET', key('walks'), walk[1], walk[2])
  redis.call('XADD', key('items'), '*', 'k', 'walk', 'd', walk[2])
end
redis.call('HDEL', key('gate'), told.url)
if told.moved ~= '' then
  enqueue(told.moved, told.url, 10, told.message)
elseif told.back then
  redis.call('ZADD', key('q:' .. host), info.priority, told.url)
else
  redis.call('HDEL', key('msg'), told.url)
end
if told.closed ~= '' then
  redis.call('HSET', key('closed'), host, told.closed)
  redis.call('ZREM', key('due'), host)
end
if told.closed ~= '' or told.rest_until > now + 5 then
  for _, url in ipairs(redis.call('ZRANGEBYSCORE', key('q:' .. host), '(0', '+inf')) do
    redis.call('HDEL', key('gate'), url)
  end
end
open_host(host)
return 1
"""
)
"""ARGV: what came of a request (JSON), its frame or nothing, findings. Returns 0, and does nothing, without a lease."""

IN_FLIGHT = (
    COMMON
    + """
return redis.call('ZCOUNT', key('leases'), now, '+inf')
"""
)
"""Returns how many requests are being asked by workers that live."""

FIRST_DUE = (
    COMMON
    + """
local first = redis.call('ZRANGE', key('due'), 0, 0, 'WITHSCORES')
if not first[1] then return '' end
return tostring(tonumber(first[2]) - now)
"""
)
"""Returns the seconds until the first host may be asked, or nothing where none waits."""

LEFT = (
    COMMON
    + """
local n = redis.call('ZCARD', key('leases'))
for _, host in ipairs(redis.call('ZRANGE', key('due'), 0, -1)) do
  n = n + redis.call('ZCARD', key('q:' .. host)) end
return n
"""
)
"""Returns how many requests are being asked, or queued for hosts that are neither closed nor being asked."""
