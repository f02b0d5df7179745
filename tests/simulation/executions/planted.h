#pragma once

#include "journal/journal.h"

#include <memory>

namespace weft::test {

// Faults put in on purpose: what the checkers must find.
enum class Planted {
    None,
    AcknowledgeEarly,  // says done before the flush: also lets actions leave before their commit
    DropEvent,         // a public event is lost on its way to the disk
    SkipId,            // public ids have a gap
    LoseTimer,         // a wake-up time is forgotten
    RepeatResult,      // a late reply is accepted: the result of a call stands twice
};

std::unique_ptr<journal::Journal> plant(Planted fault, journal::Journal& target);

}  // namespace weft::test
