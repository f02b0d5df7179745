#pragma once

#include "async/io_loop.h"
#include "base/result.h"
#include "net/http_client.h"
#include "observability/export/http_records.h"
#include "server/record_config.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace weft::server {

// The way of records to endpoints: a loop on a thread of its own, so that no other one waits.
class RecordWay {
public:
    RecordWay();
    ~RecordWay();  // close() first, or what waits is lost
    observability::HttpRecords& add(observability::HttpRecordsOptions options);
    // Sends what waits for at most `time`. Blocks. Once.
    void close(Milliseconds time);

    // Over all endpoints; any thread.
    std::uint64_t dropped() const;
    std::uint64_t failures() const;
    std::uint64_t waiting() const;

private:
    async::IoLoop m_loop{"records"};
    net::HttpClient m_client;
    std::vector<std::unique_ptr<observability::HttpRecords>> m_endpoints;
};

// Where records of one kind go. One thread.
class RecordOutput {
public:
    RecordOutput() = default;
    RecordOutput(const RecordOutput&) = delete;
    RecordOutput& operator=(const RecordOutput&) = delete;
    ~RecordOutput();

    // `way` is made when it is needed, and outlives the output. Errors: Io (a file that cannot be
    // opened), those of fetch_headers().
    Result<> open(const RecordSink& sink, const gateway::Environment& environment,
                  std::unique_ptr<RecordWay>& way);
    bool is_open() const { return m_file >= 0 || m_endpoint != nullptr; }
    // Each a JSON text. One that cannot be written to a file is lost, and said to be once.
    void write(std::vector<std::string> records);

private:
    void append(std::string_view text);

    int m_file = -1;
    bool m_failed = false;
    observability::HttpRecords* m_endpoint = nullptr;
};

}  // namespace weft::server
