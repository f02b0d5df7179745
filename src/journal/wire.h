#pragma once

// Bytes of the batch encoding: little-endian, LEB128 varints, zigzag for signed numbers.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

namespace weft::journal::wire {

static_assert(std::endian::native == std::endian::little);

constexpr std::uint64_t zigzag(std::int64_t value)
{
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value)
{
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

// A growing buffer; keeps its memory between uses.
class Writer {
public:
    void clear() { m_at = m_begin.get(); }
    std::size_t size() const { return static_cast<std::size_t>(m_at - m_begin.get()); }
    char* data() { return m_begin.get(); }
    std::string_view view() const { return {m_begin.get(), size()}; }

    void byte(unsigned value)
    {
        ensure(1);
        *m_at++ = static_cast<char>(value);
    }
    void varint(std::uint64_t value)
    {
        ensure(10);
        while (value >= 128) {
            *m_at++ = static_cast<char>(value | 128);
            value >>= 7;
        }
        *m_at++ = static_cast<char>(value);
    }
    void signed_varint(std::int64_t value) { varint(zigzag(value)); }
    template <class T> void fixed(T value)
    {
        ensure(sizeof(T));
        std::memcpy(m_at, &value, sizeof(T));
        m_at += sizeof(T);
    }
    void raw(std::string_view bytes)
    {
        ensure(bytes.size());
        if (!bytes.empty()) std::memcpy(m_at, bytes.data(), bytes.size());
        m_at += bytes.size();
    }
    void bytes(std::string_view bytes)
    {
        varint(bytes.size());
        raw(bytes);
    }

private:
    void ensure(std::size_t more)
    {
        if (static_cast<std::size_t>(m_end - m_at) < more) grow(more);
    }
    void grow(std::size_t more)
    {
        const std::size_t used = size();
        std::size_t capacity = std::max<std::size_t>(2 * used, 1'024);
        if (capacity < used + more) capacity = used + more;
        auto memory = std::make_unique_for_overwrite<char[]>(capacity);
        if (used > 0) std::memcpy(memory.get(), m_begin.get(), used);
        m_begin = std::move(memory);
        m_at = m_begin.get() + used;
        m_end = m_begin.get() + capacity;
    }

    std::unique_ptr<char[]> m_begin;
    char* m_at = nullptr;
    char* m_end = nullptr;
};

// Reads what a Writer wrote and never beyond the end. The first fault sticks: from then on
// everything reads as zero or empty and left() is 0, so that a caller need look at failed() only
// once, before it uses what it read.
class Reader {
public:
    explicit Reader(std::string_view bytes)
        : m_begin(bytes.data()), m_at(m_begin), m_end(m_begin + bytes.size())
    {
    }

    bool failed() const { return m_fault != nullptr; }
    const char* fault() const { return m_fault; }
    std::size_t fault_offset() const { return m_fault_offset; }
    std::size_t left() const { return static_cast<std::size_t>(m_end - m_at); }
    void fail(const char* reason)
    {
        if (m_fault == nullptr) {
            m_fault = reason;
            m_fault_offset = static_cast<std::size_t>(m_at - m_begin);
        }
        m_at = m_end;
    }

    unsigned byte()
    {
        if (m_at == m_end) {
            fail("it ends too early");
            return 0;
        }
        return static_cast<unsigned char>(*m_at++);
    }
    std::uint64_t varint()
    {
        std::uint64_t value = byte();
        if (value < 128) return value;
        value &= 127;
        for (unsigned shift = 7; shift < 64; shift += 7) {
            const std::uint64_t next = byte();
            if (shift == 63 && next > 1) break;
            value |= (next & 127) << shift;
            if (next < 128) return value;
        }
        fail("a number is too long");
        return 0;
    }
    std::int64_t signed_varint() { return unzigzag(varint()); }
    // A number that fits T.
    template <class T> T varint_as()
    {
        const std::uint64_t value = varint();
        if (value > std::uint64_t{std::numeric_limits<T>::max()}) {
            fail("a number is too large");
            return 0;
        }
        return static_cast<T>(value);
    }
    template <class T> T fixed()
    {
        T value{};
        if (left() < sizeof(T)) {
            fail("it ends too early");
            return value;
        }
        std::memcpy(&value, m_at, sizeof(T));
        m_at += sizeof(T);
        return value;
    }
    std::string_view raw(std::size_t size)
    {
        if (left() < size) {
            fail("it ends too early");
            return {};
        }
        const std::string_view bytes(m_at, size);
        m_at += size;
        return bytes;
    }
    std::string_view bytes() { return raw(varint()); }
    // How many of something follow, each of which takes at least `bytes_min`.
    std::size_t count(std::size_t bytes_min)
    {
        const std::uint64_t value = varint();
        if (value > left() / bytes_min) {
            fail("a count is larger than what follows");
            return 0;
        }
        return value;
    }

private:
    const char* m_begin;
    const char* m_at;
    const char* m_end;
    const char* m_fault = nullptr;
    std::size_t m_fault_offset = 0;
};

// Texts that come again soon (state names, resources) are written as the slot of a small table that
// both sides keep alike: a slot holds the last text that was written out and belongs there.
constexpr std::size_t text_slots = 64;
inline std::size_t text_slot(std::string_view text)
{
    const auto at = [&text](std::size_t i) {
        return static_cast<std::size_t>(static_cast<unsigned char>(text[i]));
    };
    return (text.size() * 7 + at(0) * 3 + at(text.size() / 2) * 5 + at(text.size() - 1)) %
           text_slots;
}

}  // namespace weft::journal::wire
