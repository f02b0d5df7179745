#include "journal/batch_codec.h"

#include "journal/crc32c.h"

#include <algorithm>

namespace weft::journal {

namespace {

constexpr unsigned version = 1;
constexpr std::size_t head_bytes = 5;  // version, checksum

// The stream's key and the batch's number are part of what is checked: bytes in another's place are
// found.
std::uint32_t checksum(StreamKey key, std::uint64_t number, std::string_view bytes)
{
    std::array<char, 16> place{};
    std::memcpy(place.data(), &key, 8);
    std::memcpy(place.data() + 8, &number, 8);
    return crc32c(bytes, crc32c({place.data(), place.size()}));
}

bool checks_out(StreamKey key, std::uint64_t number, std::string_view bytes)
{
    if (bytes.size() < head_bytes) return false;
    std::uint32_t stored = 0;
    std::memcpy(&stored, bytes.data() + 1, 4);
    return stored == checksum(key, number, bytes.substr(head_bytes));
}

void write_head(char* head, StreamKey key, std::uint64_t number, std::string_view bytes)
{
    const std::uint32_t sum = checksum(key, number, bytes);
    head[0] = static_cast<char>(version);
    std::memcpy(head + 1, &sum, 4);
}

}  // namespace

Result<> BatchEncoder::encode(const Batch& batch, EncodedBatch& out)
{
    m_out.clear();
    m_values.clear();
    m_events.begin(batch.first_public);
    m_out.byte(version);
    m_out.fixed(std::uint32_t{0});
    m_out.signed_varint(batch.first_public);
    m_out.varint(batch.public_count);
    m_out.varint(batch.events.size());
    for (const history::Event& event : batch.events) m_events.write(m_out, event);
    if (m_values.too_deep()) {
        return fail(ErrorCode::LimitExceeded,
                    "batch {} of stream {} holds a value nested deeper than {} levels",
                    batch.number, batch.key, value_depth_max);
    }
    if (m_out.size() > batch_bytes_max) {
        return fail(ErrorCode::LimitExceeded, "batch {} of stream {} takes {} bytes, more than {}",
                    batch.number, batch.key, m_out.size(), batch_bytes_max);
    }
    write_head(m_out.data(), batch.key, batch.number, m_out.view().substr(head_bytes));
    out.bytes.assign(m_out.view());
    out.rows = std::move(m_values.rows());
    return {};
}

Result<Batch> BatchDecoder::decode(StreamKey key, std::uint64_t number, std::string_view bytes)
{
    const auto corrupt = [&](std::string_view reason) {
        return fail(ErrorCode::Corrupt, "stream {}, batch {}: {}", key, number, reason);
    };
    if (bytes.empty()) return corrupt("it is empty");
    if (static_cast<unsigned char>(bytes[0]) != version) {
        return corrupt(fmt::format("format version {} is not known to this version of weft",
                                   static_cast<unsigned char>(bytes[0])));
    }
    if (bytes.size() > batch_bytes_max) return corrupt("it is too large");
    if (!checks_out(key, number, bytes)) return corrupt("the checksum does not match");

    Batch batch;
    batch.key = key;
    batch.number = number;
    m_values.clear();
    wire::Reader in(bytes.substr(head_bytes));
    batch.first_public = in.signed_varint();
    batch.public_count = in.varint_as<std::uint32_t>();
    const std::size_t count = in.count(4);
    batch.events.reserve(std::min<std::size_t>(count, 1'024));
    m_events.begin(batch.first_public);
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        batch.events.emplace_back();
        if (!m_events.read(in, batch.events.back())) batch.events.pop_back();
    }
    if (!in.failed() && in.left() > 0) in.fail("it goes on after its end");
    if (in.failed()) {
        if (m_values.error()) {
            Error error = *m_values.error();
            error.message = fmt::format("stream {}, batch {}: {}", key, number, error.message);
            return tl::unexpected(std::move(error));
        }
        return corrupt(fmt::format("{} (at byte {})", in.fault(), in.fault_offset() + head_bytes));
    }
    return batch;
}

std::string seal(StreamKey key, std::string_view bytes)
{
    std::string sealed(head_bytes, '\0');
    sealed.append(bytes);
    write_head(sealed.data(), key, 0, bytes);
    return sealed;
}

Result<std::string_view> unseal(StreamKey key, std::string_view sealed, std::string_view what)
{
    if (sealed.empty() || static_cast<unsigned char>(sealed[0]) != version ||
        !checks_out(key, 0, sealed))
        return fail(ErrorCode::Corrupt, "stream {}, {}: the checksum does not match", key, what);
    return sealed.substr(head_bytes);
}

}  // namespace weft::journal
