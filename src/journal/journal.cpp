#include "journal/journal.h"

namespace weft::journal {

std::uint32_t shard_of(std::string_view machine_arn, std::string_view name)
{
    // FNV-1a over both texts and a zero between them. Stored in rows: never change it.
    std::uint64_t hash = 0xcbf29ce484222325U;
    const auto mix = [&hash](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3U; };
    for (const char c : machine_arn) mix(static_cast<unsigned char>(c));
    mix(0);
    for (const char c : name) mix(static_cast<unsigned char>(c));
    return static_cast<std::uint32_t>((hash ^ (hash >> 32)) % shard_count);
}

}  // namespace weft::journal
