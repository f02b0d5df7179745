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
    ClaimRefused,      // a write that the disk refused is called done
    HideWrite,         // a write that happened is called refused
    ForgetWhenFull,    // a write that a full disk refused is never answered
    LoseMessage,       // what waits in an outbox is not marked, and not sent again
    ForgetAcceptance,  // that a message was accepted is not written down
    KeepOffer,         // a task stays on offer although a worker has it
    LoseResult,  // what a worker sent is lost on its way to the disk, and he was told it is there
    NoLimit,     // an endless loop is not ended by its history's limit (not the journal's)
};

std::unique_ptr<journal::Journal> plant(Planted fault, std::unique_ptr<journal::Journal> target);

}  // namespace weft::test
