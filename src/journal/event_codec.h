#pragma once

#include "history/event.h"
#include "journal/value_codec.h"

#include <array>

namespace weft::journal {

// Events in the batch encoding. An event is its type, a byte of flags, what of id, cause, time and
// frame does not follow from the event before, its shape, and its fields: (number, wire kind),
// value, in ascending order, then a zero. A reader skips fields, and private types, that it does
// not know: each wire kind says how long it is.

class EventEncoder {
public:
    explicit EventEncoder(ValueEncoder& values) : m_values(values) {}
    // A new sequence; its first public id will usually be `first_public`.
    void begin(history::EventId first_public);
    void write(wire::Writer& out, const history::Event& event);

private:
    friend struct FieldWriter;
    void write_text(wire::Writer& out, unsigned number, const json::String& text);

    ValueEncoder& m_values;
    history::Event m_before;
    history::EventId m_last_public = 0;
    std::array<std::string_view, wire::text_slots> m_texts;  // of events that are still alive
};

class EventDecoder {
public:
    explicit EventDecoder(ValueDecoder& values) : m_values(values) {}
    void begin(history::EventId first_public);
    // False for an event that is to be skipped, or after a fault, which `in` keeps.
    bool read(wire::Reader& in, history::Event& event);

private:
    friend struct FieldReader;
    json::String read_text(wire::Reader& in);
    bool read_header(wire::Reader& in, history::Event& event);
    void read_details(wire::Reader& in, history::Event& event);
    void skip_fields(wire::Reader& in, unsigned tag);

    ValueDecoder& m_values;
    history::Event m_before;
    history::EventId m_last_public = 0;
    std::array<json::String, wire::text_slots> m_texts;
};

}  // namespace weft::journal
