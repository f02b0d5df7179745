#pragma once

#include "journal/journal.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace weft::journal {

// A batch's row id: the stream's key above, the number below. One tree without a second index;
// streams that run together lie together, and most inserts go to its right end.
constexpr int batch_number_bits = 24;
constexpr std::uint64_t batch_number_max = (std::uint64_t{1} << batch_number_bits) - 1;
constexpr StreamKey stream_key_max = (StreamKey{1} << (63 - batch_number_bits)) - 1;
constexpr std::int64_t batch_id(StreamKey key, std::uint64_t number)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(key) << batch_number_bits | number);
}

// Of a stream's name, for the index that keeps names unique: stored, never change it. Names of one
// hash are compared.
inline std::int64_t name_hash(std::string_view name)
{
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    hash ^= hash >> 32;
    hash *= 0x9e3779b97f4a7c15U;
    return static_cast<std::int64_t>(hash ^ (hash >> 29));
}

// Long texts that many rows share (ARNs, revision hashes) are rows of `text`; id 0 stands for none.
// A wake_at of the end of time is stored and never due: the partial index leaves it out.
constexpr std::array<const char*, 5> journal_schema = {R"sql(
CREATE TABLE text(id INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE);
CREATE TABLE stream(
  key INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  shard INTEGER NOT NULL,
  status INTEGER NOT NULL,
  unsettled INTEGER NOT NULL,
  outbox INTEGER NOT NULL,
  next_batch INTEGER NOT NULL,
  machine INTEGER NOT NULL,
  name_hash INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  start INTEGER NOT NULL,
  stop INTEGER,
  wake_at INTEGER,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  alias INTEGER NOT NULL,
  name TEXT NOT NULL);
CREATE INDEX stream_name ON stream(generation, machine, name_hash);
CREATE TABLE name_filter(generation INTEGER PRIMARY KEY, bits BLOB NOT NULL);
CREATE INDEX stream_machine ON stream(machine, key);
CREATE INDEX stream_running ON stream(machine, key) WHERE status = 1;
CREATE INDEX stream_status ON stream(machine, status, key) WHERE status > 2;
CREATE INDEX stream_unsettled ON stream(key) WHERE unsettled = 1;
CREATE INDEX stream_wake ON stream(wake_at, key) WHERE wake_at < 9223372036854775807;
CREATE TABLE batch(
  id INTEGER PRIMARY KEY,
  first_public INTEGER NOT NULL,
  public_count INTEGER NOT NULL,
  body BLOB NOT NULL);
CREATE TABLE value(
  key INTEGER NOT NULL,
  hash BLOB NOT NULL,
  body BLOB NOT NULL);
CREATE UNIQUE INDEX value_hash ON value(key, hash);
CREATE TABLE checkpoint(
  key INTEGER PRIMARY KEY,
  next_batch INTEGER NOT NULL,
  events INTEGER NOT NULL,
  state BLOB NOT NULL);
CREATE TABLE express(key INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE setting(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
)sql",
                                                       // Activities' tasks on offer: rows come at
                                                       // the end and go when a worker comes.
                                                       R"sql(
CREATE TABLE offer(
  id INTEGER PRIMARY KEY,
  key INTEGER NOT NULL,
  scheduled INTEGER NOT NULL,
  shard INTEGER NOT NULL,
  dispatch INTEGER NOT NULL,
  activity INTEGER NOT NULL);
CREATE UNIQUE INDEX offer_call ON offer(key, scheduled);
)sql",
                                                       R"sql(
CREATE INDEX stream_version ON stream(version, key) WHERE version > 0;
CREATE INDEX stream_alias ON stream(alias, key) WHERE alias > 0;
)sql",
                                                       // Streams whose row went by retention and
                                                       // whose other rows are still to go.
                                                       R"sql(
CREATE TABLE retired(key INTEGER PRIMARY KEY);
)sql",
                                                       R"sql(
ALTER TABLE stream ADD COLUMN redrives INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN redriven INTEGER;
)sql"};

}  // namespace weft::journal
