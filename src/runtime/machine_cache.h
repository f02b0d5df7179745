#pragma once

#include "asl/compile.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "journal/journal.h"

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace weft::runtime {

// A registered machine with its compiled definition, as one immutable value.
struct Registered {
    Registered(catalog::StateMachine the_row, asl::MachinePtr the_machine)
        : row(std::move(the_row)), machine(std::move(the_machine)), shards(row.arn)
    {
    }

    catalog::StateMachine row;
    asl::MachinePtr machine;
    journal::ShardHash shards;  // of its executions
};
using RegisteredPtr = std::shared_ptr<const Registered>;

// Compiled machines by the hash of their definition and registered ones by ARN, so that starting an
// execution neither reads the catalog nor parses. Thread-safe; bounded by the bytes of the
// definitions' texts. `load` and `revision` may block.
class MachineCache {
public:
    explicit MachineCache(catalog::Catalog& catalog, std::size_t definition_bytes_max = 256U << 20)
        : m_catalog(catalog), m_bytes_max(definition_bytes_max)
    {
    }

    // Null when it is not in memory; then `load` on a pool.
    RegisteredPtr cached(const std::string& arn);
    // By the ARN of a machine or of a version, whose row is then the machine's with what the
    // version froze. Errors: StateMachineDoesNotExist; Corrupt when a stored definition no longer
    // compiles.
    Result<RegisteredPtr> load(const std::string& arn);
    // After a write to the catalog.
    void put(RegisteredPtr registered);
    // A machine, and the versions of it that are in memory.
    void forget(const std::string& arn);

    // The compiled form of a pinned definition; null when it is not in memory.
    asl::MachinePtr cached_revision(const std::string& hash);
    Result<asl::MachinePtr> revision(const std::string& hash);

private:
    struct Entry {
        asl::MachinePtr machine;
        std::size_t bytes = 0;
        std::list<std::string>::iterator age;
    };
    Result<catalog::StateMachine> read(const std::string& arn);
    void keep(const asl::MachinePtr& machine, std::size_t bytes);

    catalog::Catalog& m_catalog;
    std::size_t m_bytes_max;
    std::mutex m_mutex;
    std::map<std::string, RegisteredPtr> m_registered;  // by the ARN asked for
    std::unordered_map<std::string, Entry> m_revisions;
    std::list<std::string> m_ages;  // oldest use first
    std::size_t m_bytes = 0;
};

}  // namespace weft::runtime
