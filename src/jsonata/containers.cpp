#include "jsonata/containers.h"

#include <algorithm>

namespace weft::jsonata {

namespace {

constinit thread_local Counted* dead_nodes = nullptr;
constinit thread_local bool burying = false;
constinit thread_local Frame* live_frames = nullptr;  // the newest first

void unlink(Frame* frame)
{
    if (frame->previous != nullptr) {
        frame->previous->next = frame->next;
    } else {
        live_frames = frame->next;
    }
    if (frame->next != nullptr) frame->next->previous = frame->previous;
}

constexpr std::int64_t bytes_of(const Frame& frame)
{
    return static_cast<std::int64_t>(sizeof(Frame) + frame.size * sizeof(Item));
}

// Lets go of what the slots hold; the frame stays.
void empty(Frame* frame)
{
    for (std::uint32_t i = 0; i < frame->size; ++i) frame->slots()[i] = Item(Item::Tag::Unset);
}

void bury(Counted* node)
{
    switch (node->type) {
    case Counted::Type::List: delete static_cast<List*>(node); break;
    case Counted::Type::Object: delete static_cast<Object*>(node); break;
    case Counted::Type::Function: delete static_cast<Function*>(node); break;
    case Counted::Type::Frame: {
        auto* frame = static_cast<Frame*>(node);
        unlink(frame);
        held_bytes.now -= bytes_of(*frame);
        std::destroy_n(frame->slots(), frame->size);
        if (frame->parent != nullptr) frame->parent->release();
        ::operator delete(static_cast<void*>(frame));
        break;
    }
    }
}

}  // namespace

void Counted::destroy(Counted* node)
{
    node->next_dead = dead_nodes;
    dead_nodes = node;
    if (burying) return;
    burying = true;
    while (dead_nodes != nullptr) bury(std::exchange(dead_nodes, dead_nodes->next_dead));
    burying = false;
}

void List::reserve(std::size_t capacity)
{
    if (capacity <= items.capacity()) return;
    items.reserve(std::max(capacity, items.capacity() * 2));
    const auto bytes = static_cast<std::int64_t>(sizeof(List) + items.heap_bytes());
    held_bytes.now += bytes - charged;
    charged = bytes;
}

const Item* Object::find(std::string_view key) const
{
    for (const auto& member : members)
        if (member.first == key) return &member.second;
    return nullptr;
}

void Object::set(const json::String& key, Item value)
{
    for (auto& member : members) {
        if (member.first != key) continue;
        member.second = std::move(value);
        return;
    }
    const std::size_t before = members.capacity();
    members.emplace_back(key, std::move(value));
    const auto bytes = static_cast<std::int64_t>((members.capacity() - before) *
                                                 sizeof(decltype(members)::value_type));
    held_bytes.now += bytes;
    charged += bytes;
}

void Object::erase(std::string_view key)
{
    std::erase_if(members, [&](const auto& member) { return member.first == key; });
}

Frame* Frame::make(Frame* parent, std::size_t size)
{
    void* memory = ::operator new(sizeof(Frame) + size * sizeof(Item));
    auto* frame = new (memory) Frame;
    frame->size = static_cast<std::uint32_t>(size);
    frame->parent = parent;
    if (parent != nullptr) parent->retain();
    for (std::size_t i = 0; i < size; ++i) new (frame->slots() + i) Item(Item::Tag::Unset);
    frame->next = live_frames;
    if (live_frames != nullptr) live_frames->previous = frame;
    live_frames = frame;
    held_bytes.now += bytes_of(*frame);
    return frame;
}

Function::~Function()
{
    held_bytes.now -= static_cast<std::int64_t>(sizeof(Function));
    if (frame != nullptr) frame->release();
}

Item member_of(const Item& object, std::string_view key)
{
    if (Object* own = object.object()) {
        const Item* found = own->find(key);
        return found != nullptr ? *found : Item();
    }
    const json::Value* value = object.json();
    const json::Value* found = value != nullptr ? value->find(key) : nullptr;
    if (found == nullptr) return {};
    return object.is_reference() ? Item::reference(found) : Item(*found);
}

Item field_of(const Item& object, const json::String& key)
{
    const json::Value* value = object.json();
    if (value == nullptr) return member_of(object, key.view());
    const json::Value* found = find_field(*value, key);
    if (found == nullptr) return {};
    return object.is_reference() ? Item::reference(found) : Item(*found);
}

std::size_t member_count(const Item& object)
{
    if (Object* own = object.object()) return own->members.size();
    const json::Value* value = object.json();
    return value != nullptr && value->is_object() ? value->size() : 0;
}

FrameMark mark_frames()
{
    return {live_frames};
}

void free_frames(FrameMark mark)
{
    Frame* frame = live_frames;
    if (frame == mark.first) return;
    frame->retain();
    while (frame != mark.first) {
        empty(frame);  // which may free others, never this one
        Frame* next = frame->next;
        if (next != mark.first) next->retain();
        frame->release();
        frame = next;
    }
}

}  // namespace weft::jsonata
