#include "journal/event_codec.h"

#include "history/event_table.h"
#include "journal/event_fields.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace weft::journal {

namespace {

using history::Event;
using history::EventType;

// How a field's value is written; the low three bits of its tag.
enum Wire : unsigned {
    wire_varint = 0,
    wire_fixed = 1,
    wire_bytes = 2,
    wire_value = 3,
    wire_text = 4
};
constexpr unsigned tag_of(unsigned number, Wire wire)
{
    return number << 3 | wire;
}

// Flags of an event: what is not as usual and follows.
enum Flag : unsigned {
    id_mask = 3,      // one of the three below
    id_next = 0,      // the public id after the last one
    id_private = 1,   // 0
    id_explicit = 2,  // zigzag difference to the last public id
    has_previous =
        4,  // zigzag difference to the last public id; else that id, as it was before this event
    has_time = 8,    // zigzag difference to the time before; else the same
    has_frame = 16,  // the frame; else the same
    known_flags = 31,
};

std::int64_t minus(std::int64_t left, std::int64_t right)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(left) -
                                     static_cast<std::uint64_t>(right));
}
std::int64_t plus(std::int64_t left, std::int64_t right)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(left) +
                                     static_cast<std::uint64_t>(right));
}
std::int64_t milliseconds(Timestamp time)
{
    return time.time_since_epoch().count();
}
Timestamp timestamp(std::int64_t value)
{
    return Timestamp(Milliseconds(value));
}

template <class T> struct Unboxed {
    using type = T;
};
template <class T> struct Unboxed<history::Boxed<T>> {
    using type = T;
};

const std::array<bool, 256> known_types = [] {
    std::array<bool, 256> known{};
    for (const history::EventRow& row : history::event_rows())
        known[static_cast<std::uint8_t>(row.type)] = true;
    return known;
}();

}  // namespace

// Writes the fields that are not what an absent one reads as.
struct FieldWriter {
    EventEncoder& encoder;
    wire::Writer& out;

    void operator()(unsigned number, const json::String& text)
    {
        if (!text.empty()) encoder.write_text(out, number, text);
    }
    void operator()(unsigned number, const std::optional<json::String>& text)
    {
        if (text) encoder.write_text(out, number, *text);
    }
    void operator()(unsigned number, const std::string& text)
    {
        if (text.empty()) return;
        out.byte(tag_of(number, wire_bytes));
        out.bytes(text);
    }
    void operator()(unsigned number, const json::Value& value)
    {
        if (value.is_null()) return;
        out.byte(tag_of(number, wire_value));
        encoder.m_values.write(out, value);
    }
    void operator()(unsigned number, const std::optional<std::int64_t>& value)
    {
        if (value) varint(number, wire::zigzag(*value));
    }
    void operator()(unsigned number, const Timestamp& time)
    {
        if (time != timestamp_max) varint(number, wire::zigzag(milliseconds(time)));
    }
    void operator()(unsigned number, const double& value)
    {
        if (std::bit_cast<std::uint64_t>(value) == 0) return;
        out.byte(tag_of(number, wire_fixed));
        out.fixed(value);
    }
    template <class T>
        requires std::is_integral_v<T> || std::is_enum_v<T>
    void operator()(unsigned number, const T& value)
    {
        if (value == T{}) return;
        if constexpr (std::is_same_v<T, std::int64_t>)
            varint(number, wire::zigzag(value));
        else
            varint(number, static_cast<std::uint64_t>(value));
    }
    void varint(unsigned number, std::uint64_t value)
    {
        out.byte(tag_of(number, wire_varint));
        out.varint(value);
    }
};

void EventEncoder::begin(history::EventId first_public)
{
    m_before = {};
    m_last_public = minus(first_public, 1);
    m_texts.fill({});
}

void EventEncoder::write_text(wire::Writer& out, unsigned number, const json::String& text)
{
    out.byte(tag_of(number, wire_text));
    const std::string_view view = text.view();
    if (view.empty()) return out.byte(0);
    std::string_view& slot = m_texts[wire::text_slot(view)];
    if (slot == view) return out.varint(wire::text_slot(view) << 1 | 1);
    out.varint(view.size() << 1);
    out.raw(view);
    slot = view;
}

void EventEncoder::write(wire::Writer& out, const Event& event)
{
    unsigned flags = 0;
    if (event.id == 0)
        flags |= id_private;
    else if (event.id != plus(m_last_public, 1))
        flags |= id_explicit;
    if (event.previous != m_last_public) flags |= has_previous;
    if (event.time != m_before.time) flags |= has_time;
    if (event.frame != m_before.frame) flags |= has_frame;
    out.byte(static_cast<unsigned>(event.type));
    out.byte(flags);
    if ((flags & id_explicit) != 0) out.signed_varint(minus(event.id, m_last_public));
    if ((flags & has_previous) != 0) out.signed_varint(minus(event.previous, m_last_public));
    if ((flags & has_time) != 0)
        out.signed_varint(minus(milliseconds(event.time), milliseconds(m_before.time)));
    if ((flags & has_frame) != 0) out.varint(event.frame);
    m_before.time = event.time;
    m_before.frame = event.frame;
    if (event.id != 0) m_last_public = event.id;

    FieldWriter writer{*this, out};
    std::visit(
        [&]<class T>(const T& details) {
            using Structure = typename Unboxed<T>::type;
            static_assert(shape_number<Structure> != 0);
            if constexpr (std::is_same_v<T, Structure>) {
                out.byte(shape_number<Structure>);
                visit_fields(details, writer);
            } else if (details) {
                out.byte(shape_number<Structure>);
                visit_fields(*details, writer);
            } else {
                out.byte(0);  // a box without content
            }
        },
        event.details);
    out.byte(0);
}

// Reads the fields of a structure in one pass: both the fields and the visits come in ascending
// order.
struct FieldReader {
    EventDecoder& decoder;
    wire::Reader& in;
    unsigned tag;

    template <class T> void operator()(unsigned number, T& member)
    {
        while (tag != 0 && tag >> 3 < number) {
            decoder.skip_fields(in, tag);
            tag = in.byte();
        }
        if (tag >> 3 != number || tag == 0) return absent(member);
        read(member);
        tag = in.byte();
    }

    static void absent(Timestamp& member) { member = timestamp_max; }
    template <class T> static void absent(T& member) { member = T{}; }

    bool expect(Wire wire)
    {
        if ((tag & 7) == wire) return true;
        in.fail("a field is of another kind than it should be");
        return false;
    }
    void read(json::String& member)
    {
        if (expect(wire_text)) member = decoder.read_text(in);
    }
    void read(std::optional<json::String>& member)
    {
        if (expect(wire_text)) member = decoder.read_text(in);
    }
    void read(std::string& member)
    {
        if (expect(wire_bytes)) member = in.bytes();
    }
    void read(json::Value& member)
    {
        if (expect(wire_value)) member = decoder.m_values.read(in);
    }
    void read(std::optional<std::int64_t>& member)
    {
        if (expect(wire_varint)) member = in.signed_varint();
    }
    void read(Timestamp& member)
    {
        if (expect(wire_varint)) member = timestamp(in.signed_varint());
    }
    void read(double& member)
    {
        if (!expect(wire_fixed)) return;
        member = in.fixed<double>();
        if (!std::isfinite(member)) in.fail("a number is not finite");
    }
    void read(history::ExecutionType& member)
    {
        if (!expect(wire_varint)) return;
        const std::uint64_t value = in.varint();
        if (value > static_cast<std::uint64_t>(history::ExecutionType::Express))
            return in.fail("an execution is of no known type");
        member = static_cast<history::ExecutionType>(value);
    }
    template <class T>
        requires std::is_integral_v<T>
    void read(T& member)
    {
        if (!expect(wire_varint)) return;
        if constexpr (std::is_same_v<T, std::int64_t>)
            member = in.signed_varint();
        else
            member = in.varint_as<T>();
    }
};

void EventDecoder::begin(history::EventId first_public)
{
    m_before = {};
    m_last_public = minus(first_public, 1);
    m_texts.fill({});
}

json::String EventDecoder::read_text(wire::Reader& in)
{
    const std::uint64_t head = in.varint();
    if ((head & 1) != 0) {
        const std::uint64_t slot = head >> 1;
        if (slot >= m_texts.size() || m_texts[slot].empty()) {
            in.fail("a text refers to one that is not there");
            return {};
        }
        return m_texts[slot];
    }
    const std::string_view text = in.raw(head >> 1);
    if (text.empty()) return {};
    return m_texts[wire::text_slot(text)] = json::String(text);
}

void EventDecoder::skip_fields(wire::Reader& in, unsigned tag)
{
    // Values and texts are read, since later ones may refer to them.
    switch (tag & 7) {
    case wire_varint: in.varint(); return;
    case wire_fixed: in.fixed<std::uint64_t>(); return;
    case wire_bytes: in.bytes(); return;
    case wire_value: m_values.read(in); return;
    case wire_text: read_text(in); return;
    default: in.fail("a field is of no known kind"); return;
    }
}

bool EventDecoder::read(wire::Reader& in, Event& event)
{
    const unsigned type = in.byte();
    const bool known = known_types[type];
    event.type = static_cast<EventType>(type);
    if (!read_header(in, event)) return false;
    if (!known) {
        if (history::is_public(event.type)) {
            in.fail("an event is of no known type");
            return false;
        }
        in.byte();
        for (unsigned tag = in.byte(); tag != 0; tag = in.byte()) skip_fields(in, tag);
        return false;
    }
    read_details(in, event);
    return !in.failed();
}

bool EventDecoder::read_header(wire::Reader& in, Event& event)
{
    const unsigned flags = in.byte();
    if ((flags & ~unsigned{known_flags}) != 0 || (flags & id_mask) == id_mask) {
        in.fail("an event has unknown flags");
        return false;
    }
    event.id = 0;
    if ((flags & id_mask) == id_next) event.id = plus(m_last_public, 1);
    if ((flags & id_mask) == id_explicit) event.id = plus(m_last_public, in.signed_varint());
    event.previous = m_last_public;
    if ((flags & has_previous) != 0) event.previous = plus(m_last_public, in.signed_varint());
    event.time = m_before.time;
    if ((flags & has_time) != 0)
        event.time = timestamp(plus(milliseconds(m_before.time), in.signed_varint()));
    event.frame = m_before.frame;
    if ((flags & has_frame) != 0) event.frame = in.varint_as<history::FrameId>();
    m_before.time = event.time;
    m_before.frame = event.frame;
    if (event.id != 0) m_last_public = event.id;
    return !in.failed();
}

namespace {

template <class T> bool read_structure(wire::Reader& in, FieldReader& reader, Event& event)
{
    using Structure = typename Unboxed<T>::type;
    Structure structure;
    reader.tag = in.byte();
    visit_fields(structure, reader);
    if constexpr (std::is_same_v<T, Structure>)
        event.details = std::move(structure);
    else
        event.details = std::make_shared<const Structure>(std::move(structure));
    return true;
}

}  // namespace

void EventDecoder::read_details(wire::Reader& in, Event& event)
{
    const unsigned shape = in.byte();
    FieldReader reader{*this, in, 0};
    const bool known = [&]<std::size_t... I>(std::index_sequence<I...>) {
        return (
            (shape ==
                 shape_number<
                     typename Unboxed<std::variant_alternative_t<I, history::Details>>::type> &&
             read_structure<std::variant_alternative_t<I, history::Details>>(in, reader, event)) ||
            ...);
    }(std::make_index_sequence<std::variant_size_v<history::Details>>());
    if (!known) return in.fail("an event's details are of no known shape");
    while (reader.tag != 0) {
        skip_fields(in, reader.tag);
        reader.tag = in.byte();
    }
}

}  // namespace weft::journal
