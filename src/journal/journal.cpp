#include "journal/journal.h"

namespace weft::journal {

namespace {

// FNV-1a.
std::uint64_t mixed(std::uint64_t hash, std::string_view text)
{
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash;
}

}  // namespace

ShardHash::ShardHash(std::string_view machine_arn)
    : m_hash(mixed(mixed(0xcbf29ce484222325U, machine_arn), std::string_view("\0", 1)))
{
}

std::uint32_t ShardHash::shard_of(std::string_view name) const
{
    const std::uint64_t hash = mixed(m_hash, name);
    return static_cast<std::uint32_t>((hash ^ (hash >> 32)) % shard_count);
}

std::uint32_t shard_of(std::string_view machine_arn, std::string_view name)
{
    return ShardHash(machine_arn).shard_of(name);
}

}  // namespace weft::journal
