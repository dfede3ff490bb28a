import type { Redis } from 'ioredis';

/*
 * Each change of short-lived state is one script, so that it happens at once for all processes. Times are the
 * Redis server's: gateways with clocks that differ still share one window.
 */

/** KEYS amounts; ARGV field, by, amountMax, fieldsMax, ttlMs. Returns the amount, -1 too large, -2 too many fields. */
const ADD_AMOUNT = `
local before = tonumber(redis.call('HGET', KEYS[1], ARGV[1]))
local amount = (before or 0) + tonumber(ARGV[2])
if amount > tonumber(ARGV[3]) then return -1 end
if not before and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return -2 end
redis.call('HSET', KEYS[1], ARGV[1], amount)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return amount`;

/** KEYS amounts; ARGV field, amount, ttlMs. */
const REPLACE_AMOUNT = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

/** KEYS amounts, once; ARGV onceMs, then field, by, field, by, … */
const SUBTRACT_AMOUNTS = `
if not redis.call('SET', KEYS[2], '1', 'NX', 'PX', ARGV[1]) then return 0 end
for index = 2, #ARGV, 2 do
  local before = tonumber(redis.call('HGET', KEYS[1], ARGV[index]))
  if before then
    local left = before - tonumber(ARGV[index + 1])
    if left > 0 then redis.call('HSET', KEYS[1], ARGV[index], left)
    else redis.call('HDEL', KEYS[1], ARGV[index]) end
  end
end
return 1`;

/** KEYS from, to; ARGV amountMax, fieldsMax, ttlMs. */
const MERGE_AMOUNTS = `
local moved = redis.call('HGETALL', KEYS[1])
if #moved == 0 then return 0 end
local fields = redis.call('HLEN', KEYS[2])
for index = 1, #moved, 2 do
  local before = tonumber(redis.call('HGET', KEYS[2], moved[index]))
  if before or fields < tonumber(ARGV[2]) then
    if not before then fields = fields + 1 end
    local amount = math.min((before or 0) + tonumber(moved[index + 1]), tonumber(ARGV[1]))
    redis.call('HSET', KEYS[2], moved[index], amount)
  end
end
redis.call('PEXPIRE', KEYS[2], ARGV[3])
redis.call('DEL', KEYS[1])
return 1`;

/** KEYS window; ARGV ticket, limit, windowMs. Returns 0 when the turn is taken, else when to retry, in ms. */
const TAKE_TURN = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])
local taken = redis.call('ZCARD', KEYS[1])
local limit = tonumber(ARGV[2])
if taken >= limit then
  local blocking = redis.call('ZRANGE', KEYS[1], taken - limit, taken - limit, 'WITHSCORES')
  return math.max(1, tonumber(blocking[2]) + ARGV[3] - now)
end
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 0`;

/** KEYS counter; ARGV by, ttlMs. */
const INCREMENT = `
local after = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return after`;

export interface Scripts {
  addAmount(
    key: string,
    field: string,
    by: number,
    amountMax: number,
    fieldsMax: number,
    ttlMs: number,
  ): Promise<number>;
  replaceAmount(key: string, field: string, amount: number, ttlMs: number): Promise<number>;
  subtractAmounts(
    key: string,
    onceKey: string,
    onceMs: number,
    ...taken: (string | number)[]
  ): Promise<number>;
  mergeAmounts(
    from: string,
    to: string,
    amountMax: number,
    fieldsMax: number,
    ttlMs: number,
  ): Promise<number>;
  takeTurn(key: string, ticket: string, limit: number, windowMs: number): Promise<number>;
  increment(key: string, by: number, ttlMs: number): Promise<number>;
}

/** The connection with the scripts above as commands (sent by hash, and in full when the server lacks them). */
export function withScripts(redis: Redis): Redis & Scripts {
  redis.defineCommand('addAmount', { numberOfKeys: 1, lua: ADD_AMOUNT });
  redis.defineCommand('replaceAmount', { numberOfKeys: 1, lua: REPLACE_AMOUNT });
  redis.defineCommand('subtractAmounts', { numberOfKeys: 2, lua: SUBTRACT_AMOUNTS });
  redis.defineCommand('mergeAmounts', { numberOfKeys: 2, lua: MERGE_AMOUNTS });
  redis.defineCommand('takeTurn', { numberOfKeys: 1, lua: TAKE_TURN });
  redis.defineCommand('increment', { numberOfKeys: 1, lua: INCREMENT });
  // defineCommand adds the methods at run time; ioredis can't tell their types.
  return redis as Redis & Scripts;
}
